#pragma once

#include "http/client.hpp"
#include "http/message.hpp"

#include <string>
#include <string_view>

namespace http {

/// Puts an answer together, within the limits, from lines and pieces that a transport found.
class ResponseBuilder {
public:
    /// All three outlive it; `peer` is the server's name in errors.
    ResponseBuilder(const ClientLimits& limits, const Transfer& transfer, const std::string& peer)
        : limits_(limits), transfer_(transfer), peer_(peer) {}

    /// One line of the head without its end; the empty one completes it. The heads of interim
    /// answers (1xx) leave no trace. Throws Error(protocol).
    void line(std::string_view line);
    [[nodiscard]] bool head_complete() const noexcept { return head_complete_; }
    [[nodiscard]] bool is_http_1_1() const noexcept { return is_http_1_1_; }

    /// A piece of the body. False once the sink has had enough. Throws Error(protocol) when the
    /// body is too large, and what the sink throws.
    bool body(std::string_view piece);

    [[nodiscard]] const Response& response() const noexcept { return response_; }
    [[nodiscard]] Response take() { return std::move(response_); }

private:
    void status_line(std::string_view line);
    void field(std::string_view line);
    [[noreturn]] void refuse(std::string why) const;

    const ClientLimits& limits_;
    const Transfer& transfer_;
    const std::string& peer_;
    Response response_;
    std::size_t header_bytes_ = 0;
    std::size_t header_lines_ = 0;
    bool status_seen_ = false;
    bool head_complete_ = false;
    bool is_http_1_1_ = false;
};

} // namespace http
