#pragma once

#include "http/client.hpp"
#include "http/message.hpp"
#include "net/stream.hpp"

#include <string>
#include <string_view>

namespace http {

/// Writes one request as fast as the connection takes it; a streamed body goes in chunks.
class RequestWriter {
public:
    /// `request` and `transfer` outlive it.
    RequestWriter(const Request& request, const Transfer& transfer, const Endpoint& endpoint);

    /// Writes what fits, within reason: answers want to be read between. Throws
    /// Error(unavailable), and what the source throws.
    void write_to(net::Stream& stream);
    [[nodiscard]] bool pending() const noexcept { return !finished_; }
    /// The peer takes no more.
    void give_up() noexcept {
        broken_off_ = broken_off_ || pending();
        finished_ = true;
    }
    /// Something was not written: whatever is sent next would be taken for the rest of it.
    [[nodiscard]] bool broken_off() const noexcept { return broken_off_; }

private:
    void next_piece();

    const Request& request_;
    const Transfer& transfer_;
    std::string framed_; // the head, or a chunk with its frame
    std::string_view rest_;
    bool body_left_ = true;
    bool finished_ = false;
    bool broken_off_ = false;
};

} // namespace http
