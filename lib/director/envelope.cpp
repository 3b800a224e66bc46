#include "director/envelope.hpp"

#include "base/printable.hpp"
#include "codec/json_writer.hpp"
#include "host/error_json.hpp"

namespace director {

namespace {

int status_for(std::int64_t code) {
    if (code == rpc::code::method_not_found)
        return 404;
    if (code == rpc::code::invalid_params || code == rpc::code::invalid_request)
        return 400;
    return code >= 400 && code <= 599 ? static_cast<int>(code) : 500; // of a typed result
}

} // namespace

Answer refusal(int status, std::int64_t code, std::string_view message) {
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
                                     .code = status == 400 ? rpc::code::invalid_params
                                                           : rpc::code::server_error}};
    host::append_error(answer.failure->json, error, answer.failure->code);
    return answer;
}

Answer failure_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const base::Error& known) {
        return failure_of(known);
    } catch (const std::exception& other) {
        return failure_of({base::ErrorKind::internal, "director", other.what()});
    }
}

Answer passed_on(const rpc::Failure& failure) {
    Answer answer{.failure = Failure{.status = status_for(failure.code), .code = failure.code}};
    codec::JsonWriter out{answer.failure->json};
    out.begin_object();
    out.member("code", failure.code);
    out.member("message", std::string_view(failure.message));
    if (!failure.data.empty()) {
        out.key("data");
        out.raw(failure.data);
    }
    out.end_object();
    return answer;
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

std::string progress_line(std::string_view phase, std::string_view line) {
    std::string text;
    codec::JsonWriter out{text};
    out.begin_object();
    out.member("phase", phase);
    out.member("line", line);
    out.end_object();
    return text + "\n";
}

} // namespace director
