#include "codec/cbor_to_json.hpp"
#include "codec/json_pretty.hpp"
#include "codec/json_scanner.hpp"
#include "message/message.hpp"

#include <algorithm>

namespace message {

namespace {

constexpr codec::JsonLimits limits{.allow_big_integers = true};

/// Whether the text may hold a line break, or a character that could steer a terminal: DEL, or what
/// starts with the lead bytes of C1 and of the bidirectional controls. All else passes unchanged.
bool needs_rewriting(std::string_view json) {
    constexpr std::string_view suspects = "\n\r\x7f\xc2\xd8\xe2";
    return std::ranges::any_of(suspects, [json](char suspect) { // one memchr each
        return json.find(suspect) != std::string_view::npos;
    });
}

} // namespace

void append_body_as_json(std::string& out, const Message& message) {
    if (message.body.empty()) {
        out += "null";
    } else if (message.is_cbor()) {
        codec::append_json(out, message.body);
    } else if (needs_rewriting(message.body)) {
        codec::append_minified(out, message.body);
    } else {
        codec::validate_json(message.body, limits);
        out += message.body;
    }
}

std::string body_as_json(const Message& message) {
    std::string json;
    append_body_as_json(json, message);
    return json;
}

} // namespace message
