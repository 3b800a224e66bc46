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
    void give_up() noexcept { finished_ = true; }

private:
    void next_piece();

    const Request& request_;
    const Transfer& transfer_;
    std::string framed_; // the head, or a chunk with its frame
    std::string_view rest_;
    bool body_left_ = true;
    bool finished_ = false;
};

} // namespace http
