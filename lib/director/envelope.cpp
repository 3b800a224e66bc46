#include "director/envelope.hpp"

#include "base/printable.hpp"
#include "codec/json_path.hpp"
#include "codec/json_writer.hpp"
#include "host/error_json.hpp"

#include <charconv>

namespace director {

namespace {

constexpr int server_error = -32000;
constexpr int invalid_params = -32602;
constexpr int method_not_found = -32601;

int status_for(int code) {
    switch (code) {
    case method_not_found:
        return 404;
    case invalid_params:
    case -32600:
        return 400;
    default:
        return 500;
    }
}

} // namespace

Answer refusal(int status, int code, std::string_view message) {
    Answer answer{.failure = Failure{.status = status, .code = code}};
    codec::JsonWriter out{answer.failure->json};
    out.begin_object();
    out.member("code", code);
    out.member("message", message);
    out.end_object();
    return answer;
}

Answer failure_of(const base::Error& error) {
    const int status = host::http_status(error.kind());
    Answer answer{.failure = Failure{.status = status,
                                     .code = status == 400 ? invalid_params : server_error}};
    host::append_error(answer.failure->json, error, answer.failure->code);
    return answer;
}

Answer passed_on(std::string_view error_object) {
    const std::string text = codec::find_text(error_object, "code").value_or("");
    int code = server_error;
    std::from_chars(text.data(), text.data() + text.size(), code);
    return {.failure = Failure{
                .status = status_for(code), .code = code, .json = std::string(error_object)}};
}

Answer unknown_service(std::string_view name) {
    return failure_of(base::Error{base::ErrorKind::not_found, "service " + base::quoted(name),
                                  "there is none of this name"});
}

std::string body_of(const Answer& answer, Envelope envelope, std::int64_t now_ms) {
    if (envelope == Envelope::bare && !answer.failure)
        return answer.result;
    if (envelope == Envelope::bare && answer.failure->status == 404)
        return "404";
    std::string body;
    codec::JsonWriter out{body};
    out.begin_object();
    if (envelope == Envelope::wrapped) {
        out.key("result");
        out.raw(answer.result);
    }
    if (answer.failure) {
        out.key("error");
        out.raw(answer.failure->json);
    }
    if (envelope == Envelope::wrapped)
        out.member("ts", now_ms);
    out.end_object();
    return body;
}

} // namespace director
