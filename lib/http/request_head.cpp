#include "http/request_head.hpp"

#include "http/field.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace http {

namespace {

constexpr std::array<std::string_view, 7> methods{"GET",    "HEAD",  "POST",   "PUT",
                                                  "DELETE", "PATCH", "OPTIONS"};

bool is_visible(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_field_value(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= ' ' && byte != 0x7f) || c == '\t';
    });
}

class HeadReader {
public:
    HeadReader(std::string_view head, const Limits& limits, Request& request, Framing& framing)
        : rest_(head), limits_(limits), request_(request), framing_(framing) {}

    Refusal read() {
        if (const Refusal refusal = request_line(next_line()))
            return refusal;
        while (!rest_.empty())
            if (const Refusal refusal = field(next_line()))
                return refusal;
        if (const Refusal refusal = host())
            return refusal;
        if (const Refusal refusal = body())
            return refusal;
        return connection();
    }

private:
    std::string_view next_line() {
        const auto end = rest_.find("\r\n");
        const std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 2);
        return line;
    }

    Refusal request_line(std::string_view line) {
        const auto first = line.find(' ');
        const auto second = line.find(' ', std::min(first, line.size() - 1) + 1);
        if (first == std::string_view::npos || second == std::string_view::npos)
            return {400, "not an HTTP request"};
        const std::string_view method = line.substr(0, first);
        const std::string_view version = line.substr(second + 1);
        if (!is_token(method))
            return {400, "not an HTTP request"};
        if (const Refusal refusal = protocol(version))
            return refusal;
        if (std::ranges::find(methods, method) == methods.end())
            return {501, "method not implemented"};
        request_.method = method;
        return target(line.substr(first + 1, second - first - 1));
    }

    Refusal protocol(std::string_view version) {
        const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
        if (version.size() != 8 || !version.starts_with("HTTP/") || version[6] != '.' ||
            !is_digit(version[5]) || !is_digit(version[7]))
            return {400, "not an HTTP request"};
        if (version[5] != '1')
            return {505, "HTTP version not supported"};
        framing_.http_1_0 = version[7] == '0';
        return {};
    }

    Refusal target(std::string_view text) {
        if (text.size() > limits_.target_bytes)
            return {414, "target too long"};
        if (!is_visible(text) || text.find('#') != std::string_view::npos)
            return {400, "malformed target"};
        for (const std::string_view scheme : {"http://", "https://"}) {
            if (!equal_ignoring_case(text.substr(0, scheme.size()), scheme))
                continue;
            text.remove_prefix(scheme.size());
            const auto slash = std::min(text.find_first_of("/?"), text.size());
            authority_ = text.substr(0, slash);
            if (authority_.empty())
                return {400, "malformed target"};
            request_.target = text.substr(slash);
            if (!request_.target.starts_with('/'))
                request_.target.insert(0, "/");
            return {};
        }
        if (!text.starts_with('/') && !(text == "*" && request_.method == "OPTIONS"))
            return {400, "malformed target"};
        request_.target = text;
        return {};
    }

    Refusal field(std::string_view line) {
        const auto colon = line.find(':');
        const std::string_view name = line.substr(0, colon);
        if (colon == std::string_view::npos || !is_token(name))
            return {400, "malformed header line"};
        const std::string_view value = trimmed(line.substr(colon + 1));
        if (!is_field_value(value))
            return {400, "malformed header line"};
        request_.headers.add(std::string{name}, std::string{value});
        return {};
    }

    Refusal host() {
        const std::size_t count = request_.headers.count("Host");
        if (count > 1 || (count == 0 && !framing_.http_1_0))
            return {400, "a request has one Host"};
        if (!authority_.empty() && count == 1 &&
            !equal_ignoring_case(authority_, *request_.headers.find("Host")))
            return {400, "target and Host differ"};
        return {};
    }

    Refusal body() {
        const auto length = request_.headers.find("Content-Length");
        const auto coding = request_.headers.find("Transfer-Encoding");
        if (coding) {
            if (length || framing_.http_1_0 || request_.headers.count("Transfer-Encoding") > 1)
                return {400, "ambiguous length of the body"};
            if (!equal_ignoring_case(*coding, "chunked"))
                return {501, "transfer coding not implemented"};
            framing_.chunked = true;
            return {};
        }
        if (!length)
            return {};
        if (request_.headers.count("Content-Length") > 1 || length->empty() ||
            length->find_first_not_of("0123456789") != std::string_view::npos)
            return {400, "ambiguous length of the body"};
        const auto [end, error] =
            std::from_chars(length->data(), length->data() + length->size(), framing_.length);
        if (error != std::errc{} || framing_.length > limits_.body_bytes)
            return {413, "body too large"};
        return {};
    }

    Refusal connection() {
        framing_.keep_alive = !framing_.http_1_0;
        for (const auto& [name, value] : request_.headers.fields()) {
            if (!equal_ignoring_case(name, "Connection"))
                continue;
            if (lists(value, "close"))
                framing_.keep_alive = false;
            else if (framing_.http_1_0 && lists(value, "keep-alive"))
                framing_.keep_alive = true;
        }
        const auto expectation = request_.headers.find("Expect");
        if (!expectation || framing_.http_1_0)
            return {};
        if (!equal_ignoring_case(*expectation, "100-continue"))
            return {417, "expectation not supported"};
        framing_.expects_continue = framing_.chunked || framing_.length > 0;
        return {};
    }

    std::string_view rest_;
    const Limits& limits_;
    Request& request_;
    Framing& framing_;
    std::string_view authority_;
};

} // namespace

Refusal parse_head(std::string_view head, const Limits& limits, Request& request,
                   Framing& framing) {
    return HeadReader{head, limits, request, framing}.read();
}

} // namespace http
