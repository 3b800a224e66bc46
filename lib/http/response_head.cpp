#include "http/response_head.hpp"

#include <algorithm>
#include <array>
#include <ctime>

namespace http {

namespace {

struct Phrase {
    int status;
    std::string_view text;
};

/// RFC 9110, 15; those that servers of ours answer with.
constexpr std::array phrases{
    Phrase{100, "Continue"},
    Phrase{200, "OK"},
    Phrase{201, "Created"},
    Phrase{202, "Accepted"},
    Phrase{204, "No Content"},
    Phrase{301, "Moved Permanently"},
    Phrase{302, "Found"},
    Phrase{304, "Not Modified"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{408, "Request Timeout"},
    Phrase{409, "Conflict"},
    Phrase{413, "Content Too Large"},
    Phrase{414, "URI Too Long"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{417, "Expectation Failed"},
    Phrase{421, "Misdirected Request"},
    Phrase{422, "Unprocessable Content"},
    Phrase{429, "Too Many Requests"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{502, "Bad Gateway"},
    Phrase{503, "Service Unavailable"},
    Phrase{504, "Gateway Timeout"},
    Phrase{505, "HTTP Version Not Supported"},
};

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
    const auto* const found = std::ranges::find(phrases, status, &Phrase::status);
    return found == phrases.end() ? "Unknown" : found->text;
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
