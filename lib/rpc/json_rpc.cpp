#include "rpc/json_rpc.hpp"

#include "codec/json_writer.hpp"

namespace rpc {

namespace {

/// Writes with `write` into `out`, in that style. Without one JSON text is copied as it is.
template <class Write>
void styled(std::string& out, const codec::JsonStyle& style, const Write& write) {
    if (style == codec::JsonStyle{}) {
        write(out);
        return;
    }
    std::string plain;
    write(plain);
    out.reserve(out.size() + plain.size() + plain.size() / 8);
    codec::append_styled(out, plain, style);
}

void raw_member(codec::JsonWriter& json, std::string_view name, std::string_view text) {
    json.key(name);
    json.raw(text);
}

void append_call(std::string& out, std::string_view method, std::string_view params,
                 std::string_view id) {
    out.reserve(out.size() + 64 + method.size() + params.size() + id.size());
    codec::JsonWriter json{out};
    json.begin_object();
    json.member("jsonrpc", "2.0");
    json.member("method", method);
    if (!params.empty())
        raw_member(json, "params", params);
    if (!id.empty())
        raw_member(json, "id", id);
    json.end_object();
}

/// Exactly one of `result` and `failure` is given.
void append_answer(std::string& out, std::string_view result, const Failure* failure,
                   std::string_view id, const AnswerForm& form) {
    out.reserve(out.size() + 96 + result.size() + id.size());
    codec::JsonWriter json{out};
    json.begin_object();
    json.member("jsonrpc", "2.0");
    if (failure == nullptr || form.both_members)
        raw_member(json, "result", failure == nullptr ? result : "null");
    if (failure != nullptr) {
        json.key("error");
        json.begin_object();
        json.member("code", failure->code);
        json.member("message", failure->message);
        if (!failure->data.empty())
            raw_member(json, "data", failure->data);
        json.end_object();
    } else if (form.both_members) {
        raw_member(json, "error", "null");
    }
    if (!id.empty())
        raw_member(json, "id", id);
    if (!form.from.empty())
        json.member("from", form.from);
    if (!form.to.empty())
        json.member("to", form.to);
    json.end_object();
}

} // namespace

std::string_view standard_message(std::int64_t code) noexcept {
    switch (code) {
    case code::parse_error:
        return "Parse error";
    case code::invalid_request:
        return "Invalid Request";
    case code::method_not_found:
        return "Method not found";
    case code::invalid_params:
        return "Invalid params";
    case code::internal_error:
        return "Internal error";
    default:
        return "Server error";
    }
}

void append_request(std::string& out, std::string_view method, std::string_view params,
                    std::string_view id, const codec::JsonStyle& style) {
    styled(out, style, [&](std::string& text) { append_call(text, method, params, id); });
}

void append_notification(std::string& out, std::string_view method, std::string_view params,
                         const codec::JsonStyle& style) {
    append_request(out, method, params, {}, style);
}

void append_result(std::string& out, std::string_view result, std::string_view id,
                   const AnswerForm& form) {
    styled(out, form.style,
           [&](std::string& text) { append_answer(text, result, nullptr, id, form); });
}

void append_error(std::string& out, const Failure& failure, std::string_view id,
                  const AnswerForm& form) {
    styled(out, form.style,
           [&](std::string& text) { append_answer(text, {}, &failure, id, form); });
}

} // namespace rpc
