#include "http/response_builder.hpp"

#include "base/byte_size.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "http/field.hpp"

#include <charconv>

namespace http {

void ResponseBuilder::refuse(std::string why) const {
    throw base::Error(base::ErrorKind::protocol, peer_, std::move(why));
}

void ResponseBuilder::line(std::string_view line) {
    header_bytes_ += line.size() + 2;
    if (header_bytes_ > limits_.header_bytes || ++header_lines_ > limits_.header_lines)
        refuse("the answer's header is too large");
    if (!status_seen_) {
        status_line(line);
    } else if (!line.empty()) {
        field(line);
    } else if (response_.status < 200) { // RFC 9110, 15.2: more heads follow
        response_ = {};
        status_seen_ = false;
    } else {
        head_complete_ = true;
    }
}

/// RFC 9112, 4; libcurl also passes on the "HTTP/2 200" of its own making.
void ResponseBuilder::status_line(std::string_view line) {
    const auto blank = std::min(line.find(' '), line.size());
    const auto version = line.substr(0, blank);
    const auto code = line.substr(std::min(blank + 1, line.size()), 3);
    const auto parsed = std::from_chars(code.data(), code.data() + code.size(), response_.status);
    if (!version.starts_with("HTTP/") || code.size() != 3 || parsed.ec != std::errc() ||
        parsed.ptr != code.data() + code.size() || response_.status < 100)
        refuse("the answer is no HTTP: " + base::quoted(line));
    is_http_1_1_ = version == "HTTP/1.1";
    status_seen_ = true;
}

void ResponseBuilder::field(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos || line[colon - 1] == ' ' ||
        line.front() == ' ' || line.front() == '\t')
        refuse("the answer's header is malformed: " + base::quoted(line));
    response_.headers.add(std::string{line.substr(0, colon)},
                          std::string{trimmed(line.substr(colon + 1))});
}

bool ResponseBuilder::body(std::string_view piece) {
    if (transfer_.sink && response_.status / 100 == 2)
        return transfer_.sink(piece);
    if (piece.size() > limits_.body_bytes - response_.body.size())
        refuse("the answer is larger than " + base::format_byte_size(limits_.body_bytes));
    response_.body += piece;
    return true;
}

} // namespace http
