#pragma once

#include "http/message.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace http {

/// "Not Found" of 404; "Unknown" where there is none.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

/// What the connection adds to a handler's header fields.
struct Delivery {
    enum class Body : std::uint8_t {
        sized,        // Content-Length says how long it is
        chunked,      // of unknown length, HTTP/1.1
        until_closed, // of unknown length, HTTP/1.0
        none,         // 1xx, 204, 304: neither body nor length
    };
    Body body = Body::sized;
    std::size_t length = 0;
    bool keep_alive = true;
    bool http_1_0 = false;
};

/// Appends status line, Date, the fields and the delivery's, and the empty line. Control
/// characters in fields become blanks, so that no value can end a line.
void append_head(std::string& out, int status, const Headers& headers, const Delivery& delivery);

} // namespace http
