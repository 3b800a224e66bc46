#pragma once

#include "http/limits.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <string_view>

namespace http {

/// Why a request is not served: the status it is answered with, 0 for none, and words for it.
struct Refusal {
    int status = 0;
    std::string_view why; // of static storage

    explicit operator bool() const noexcept { return status != 0; }
};

/// How a request's body ends, and what its head asks of the connection.
struct Framing {
    bool chunked = false;
    std::size_t length = 0; // where not chunked
    bool keep_alive = true;
    bool expects_continue = false; // waits for "100 Continue" before it sends the body
    bool http_1_0 = false;
};

/// Reads a head, all its lines with their CRLF but without the empty one, into `request` and
/// `framing`. Strict (RFC 9112), since proxies and we must not disagree about where a request
/// ends: one Host, at most one Content-Length, no Transfer-Encoding but "chunked" and none beside
/// a Content-Length, no folded lines, no control characters. A target in absolute form becomes its
/// path, and its authority must be that of Host.
Refusal parse_head(std::string_view head, const Limits& limits, Request& request, Framing& framing);

} // namespace http
