#pragma once

#include "http/limits.hpp"
#include "http/message.hpp"
#include "http/request_head.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace http {

/// Cuts a byte stream into HTTP/1.0 and 1.1 requests. What it holds grows with what has come,
/// never by a declared size, and is bounded by the limits.
class RequestParser {
public:
    enum class Stage {
        head,     // collecting the head, or nothing has come yet
        body,     // the head is there
        complete, // take() the request
        refused,  // nothing more will be read; see refusal()
    };

    /// `limits` outlive it.
    explicit RequestParser(const Limits& limits) noexcept : limits_(limits) {}

    /// Reads on, at most to the end of the request. Gives how many bytes it took; all of them
    /// unless the request is complete or refused.
    std::size_t feed(std::string_view bytes);

    [[nodiscard]] Stage stage() const noexcept { return stage_; }
    [[nodiscard]] const Refusal& refusal() const noexcept { return refusal_; }
    /// Bytes of a request have come, and it is not complete.
    [[nodiscard]] bool busy() const noexcept { return stage_ == Stage::body || head_bytes_ > 0; }

    /// Of the current request; valid in the stages body and complete.
    [[nodiscard]] const Framing& framing() const noexcept { return framing_; }
    [[nodiscard]] const Request& request() const noexcept { return request_; }
    /// What the connection's peer makes us hold.
    [[nodiscard]] std::size_t held_bytes() const noexcept {
        return head_.size() + line_.size() + request_.body.size();
    }

    /// Hands out the complete request and starts on the next one.
    Request take();

private:
    enum class Chunk { size, data, data_end, trailer };

    std::size_t feed_head(std::string_view bytes);
    void head_line(std::string_view line);
    void finish_head();
    std::size_t feed_body(std::string_view bytes);
    std::size_t feed_chunked(std::string_view bytes);
    std::size_t feed_chunk_line(std::string_view bytes);
    void chunk_size(std::string_view line);
    void trailer(std::string_view line);
    void complete() { stage_ = Stage::complete; }
    void refuse(int status, std::string_view why);

    const Limits& limits_;
    Stage stage_ = Stage::head;
    Refusal refusal_;
    Request request_;
    Framing framing_;

    std::string head_;           // lines that are there, and the start of the next
    std::size_t line_start_ = 0; // in head_
    std::size_t head_bytes_ = 0; // of all that came, also empty lines that were skipped
    std::size_t lines_ = 0;

    Chunk chunk_ = Chunk::size;
    std::size_t left_ = 0; // of the body, or of the chunk
    std::string line_;     // of a chunk's size, or a trailer
    std::size_t trailer_bytes_ = 0;
};

} // namespace http
