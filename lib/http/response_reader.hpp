#pragma once

#include "http/response_builder.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace http {

/// Reads one HTTP/1.1 answer from bytes as they come (RFC 9112): its head, and a body of known
/// length, in chunks, or up to the end of the connection.
class ResponseReader {
public:
    /// The arguments outlive it; `head_request`: a body is announced and does not come.
    ResponseReader(const ClientLimits& limits, const Transfer& transfer, const std::string& peer,
                   bool head_request)
        : builder_(limits, transfer, peer), limits_(limits), peer_(peer),
          head_request_(head_request) {}

    /// Throws Error(protocol), and what the sink throws.
    void feed(std::string_view bytes);
    /// The peer closed. Throws Error(unavailable) when the answer is not whole.
    void end_of_stream();

    [[nodiscard]] bool done() const noexcept { return state_ == State::done; }
    /// Tells whether the body ends with the connection.
    [[nodiscard]] bool until_close() const noexcept { return state_ == State::until_close; }
    [[nodiscard]] bool head_complete() const noexcept { return builder_.head_complete(); }
    [[nodiscard]] int status() const noexcept { return builder_.response().status; }
    /// Tells, of an answer that is done, whether another one may follow on the connection.
    [[nodiscard]] bool reusable() const noexcept { return reusable_; }
    [[nodiscard]] Response take() { return builder_.take(); }

private:
    enum class State : std::uint8_t {
        head,
        length, // left_ bytes of body
        until_close,
        chunk_size, // a line
        chunk,      // left_ bytes
        chunk_end,  // an empty line
        trailer,
        done,
    };

    void line(std::string_view line);
    void start_body();
    void start_chunk(std::string_view size);
    void finish(bool reusable);
    std::string_view take_body(std::string_view bytes);
    [[nodiscard]] bool reads_lines() const noexcept;
    [[noreturn]] void refuse(const char* why) const;

    ResponseBuilder builder_;
    const ClientLimits& limits_;
    const std::string& peer_;
    std::string partial_; // of a line that has not ended yet
    std::uint64_t left_ = 0;
    std::size_t trailer_bytes_ = 0;
    State state_ = State::head;
    bool head_request_;
    bool reusable_ = false;
};

} // namespace http
