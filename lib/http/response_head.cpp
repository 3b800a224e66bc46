#include "http/response_head.hpp"

#include <array>
#include <ctime>

namespace http {

namespace {

/// An IMF-fixdate (RFC 9110, 5.6.7); made once a second.
std::string_view http_date() {
    thread_local std::time_t made_at = -1;
    thread_local std::array<char, 40> text{};
    thread_local std::size_t length = 0;
    if (const std::time_t now = std::time(nullptr); now != made_at) {
        std::tm parts{};
        gmtime_r(&now, &parts);
        // The locale is "C" in all our programs.
        length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
        made_at = now;
    }
    return {text.data(), length};
}

void append_harmless(std::string& out, std::string_view text) {
    for (const char c : text)
        out += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? ' ' : c;
}

} // namespace

std::string_view reason_phrase(int status) noexcept {
    switch (status) {
    case 100:
        return "Continue";
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 301:
        return "Moved Permanently";
    case 302:
        return "Found";
    case 304:
        return "Not Modified";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 415:
        return "Unsupported Media Type";
    case 417:
        return "Expectation Failed";
    case 421:
        return "Misdirected Request";
    case 422:
        return "Unprocessable Content";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "Unknown";
    }
}

void append_head(std::string& out, int status, const Headers& headers, const Delivery& delivery) {
    out += "HTTP/1.1 ";
    out += std::to_string(status);
    out += ' ';
    out += reason_phrase(status);
    out += "\r\nDate: ";
    out += http_date();
    out += "\r\n";
    for (const auto& [name, value] : headers.fields()) {
        append_harmless(out, name);
        out += ": ";
        append_harmless(out, value);
        out += "\r\n";
    }
    if (delivery.body == Delivery::Body::sized)
        out += "Content-Length: " + std::to_string(delivery.length) + "\r\n";
    else if (delivery.body == Delivery::Body::chunked)
        out += "Transfer-Encoding: chunked\r\n";
    if (!delivery.keep_alive)
        out += "Connection: close\r\n";
    else if (delivery.http_1_0)
        out += "Connection: keep-alive\r\n";
    out += "\r\n";
}

} // namespace http
