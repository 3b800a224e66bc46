#include "codec/json_elements.hpp"
#include "codec/json_members.hpp"
#include "codec/json_path.hpp"
#include "codec/json_scanner.hpp"
#include "rpc/json_rpc.hpp"

#include <charconv>

namespace rpc {

namespace {

/// The members of a message, not looked into; an empty one was not there.
struct Parts {
    std::string_view version;
    std::string_view method;
    std::string_view params;
    std::string_view id;
    std::string_view result;
    std::string_view error;
    std::string_view from;
};

Parts parts_of(std::string_view json) {
    Parts parts;
    for (codec::JsonMembers members{json}; members.next();) {
        const std::string_view key = members.key();
        if (key == "jsonrpc")
            parts.version = members.value();
        else if (key == "method")
            parts.method = members.value();
        else if (key == "params")
            parts.params = members.value();
        else if (key == "id")
            parts.id = members.value();
        else if (key == "result")
            parts.result = members.value();
        else if (key == "error")
            parts.error = members.value();
        else if (key == "from")
            parts.from = members.value();
    }
    return parts;
}

bool is_string(std::string_view json) {
    return json.starts_with('"');
}

bool may_be_id(std::string_view json) {
    return is_string(json) || json == "null" || json.starts_with('-') ||
           (!json.empty() && json.front() >= '0' && json.front() <= '9');
}

bool absent_or_null(std::string_view json) {
    return json.empty() || json == "null";
}

/// What is wrong with the message; empty when nothing is.
std::string_view fault_of(const Parts& parts) {
    if (!is_string(parts.version) || codec::plain_text(parts.version) != "2.0")
        return "\"jsonrpc\" is not \"2.0\"";
    if (!parts.id.empty() && !may_be_id(parts.id))
        return "\"id\" is neither a string nor a number nor null";
    if (!parts.method.empty()) {
        if (!is_string(parts.method))
            return "\"method\" is no string";
        if (!absent_or_null(parts.params) && !parts.params.starts_with('{') &&
            !parts.params.starts_with('['))
            return "\"params\" is neither an object nor an array";
        return {};
    }
    if (parts.result.empty() && parts.error.empty())
        return "neither \"method\" nor \"result\" nor \"error\" is there";
    if (!absent_or_null(parts.result) && !absent_or_null(parts.error))
        return "both \"result\" and \"error\" are there";
    if (!absent_or_null(parts.error) && !parts.error.starts_with('{'))
        return "\"error\" is no object";
    if (parts.result.empty() && parts.error == "null")
        return "\"error\" is null and \"result\" is not there";
    return {};
}

Failure failure_of(std::string_view json) {
    Failure failure{0, {}, {}};
    for (codec::JsonMembers members{json}; members.next();) {
        const std::string_view value = members.value();
        if (members.key() == "code")
            std::from_chars(value.data(), value.data() + value.size(), failure.code);
        else if (members.key() == "message")
            failure.message = codec::plain_text(value);
        else if (members.key() == "data" && value != "null")
            failure.data = value;
    }
    return failure;
}

Item item_of(std::string_view json) {
    if (!json.starts_with('{'))
        return Malformed{"the message is no object", {}, {}};
    const Parts parts = parts_of(json);
    if (const std::string_view fault = fault_of(parts); !fault.empty())
        return Malformed{std::string(fault),
                         is_string(parts.method) ? codec::plain_text(parts.method) : "",
                         may_be_id(parts.id) ? parts.id : ""};
    if (!parts.method.empty())
        return Request{codec::plain_text(parts.method),
                       absent_or_null(parts.params) ? "" : parts.params, parts.id};
    Response response{parts.result, {}, parts.id, {}};
    if (!absent_or_null(parts.error)) {
        response.result = {};
        response.error = failure_of(parts.error);
    }
    if (is_string(parts.from))
        response.from = codec::plain_text(parts.from);
    return response;
}

Document too_long() {
    return {
        false,
        {Malformed{"a batch of more than " + std::to_string(most_in_batch) + " messages", {}, {}}}};
}

} // namespace

Document parse(std::string_view json) {
    // Nobody here computes with a number, so a long one does no harm.
    codec::validate_json(json, {.allow_big_integers = true});
    const std::string_view whole = codec::JsonCursor(json).value();
    Document document;
    document.batch = whole.starts_with('[');
    if (!document.batch) {
        document.items.push_back(item_of(whole));
        return document;
    }
    for (codec::JsonElements elements{whole}; elements.next();) {
        if (document.items.size() == most_in_batch)
            return too_long();
        document.items.push_back(item_of(elements.value()));
    }
    return document;
}

} // namespace rpc
