#include "rpc/result.hpp"

#include "base/printable.hpp"
#include "codec/json_members.hpp"
#include "codec/json_path.hpp"
#include "codec/json_writer.hpp"

#include <charconv>

namespace rpc {

using base::Error;
using base::ErrorKind;

namespace {

constexpr std::size_t most_shown = 1000;

struct Typed {
    std::string_view type; // JSON text; empty: it is no typed result
    std::string_view status;
    std::string_view message;
    std::string_view data;
};

Typed typed(std::string_view json) {
    Typed found;
    for (codec::JsonMembers members{json}; members.next();) {
        if (members.key() == "type__")
            found.type = members.value();
        else if (members.key() == "statusCode")
            found.status = members.value();
        else if (members.key() == "errorMessage")
            found.message = members.value();
        else if (members.key() == "data")
            found.data = members.value();
    }
    return found;
}

Failure failure_of(const Typed& error) {
    Failure failure{code::server_error, codec::plain_text(error.message), {}};
    std::from_chars(error.status.data(), error.status.data() + error.status.size(), failure.code);
    if (failure.message.empty())
        failure.message = standard_message(code::server_error);
    if (!error.data.empty() && error.data != "{}" && error.data != "null")
        failure.data = error.data;
    return failure;
}

std::string refusal(const Failure& failure) {
    std::string why = base::printable_start(
        failure.message.empty() ? standard_message(failure.code) : failure.message, most_shown);
    why += " (" + std::to_string(failure.code) + ")";
    // Not again what is said already.
    if (!failure.data.empty() && codec::find_text(failure.data, "message") != failure.message)
        why += ": " + base::printable_start(failure.data, most_shown);
    return why;
}

} // namespace

Result result_of(const Response& response) {
    Result result;
    result.from = response.from;
    if (response.is_error()) {
        result.status = Result::Status::refused;
        result.failure = response.error;
        return result;
    }
    const Typed found = typed(response.result);
    if (found.type == "\"error\"") {
        result.status = Result::Status::refused;
        result.failure = failure_of(found);
    } else if (found.type == "\"data\"") {
        result.json = found.data.empty() ? "null" : found.data;
    } else {
        result.json = response.result;
    }
    return result;
}

Refused::Refused(std::string subject, Failure failure)
    : Error(ErrorKind::no, std::move(subject), refusal(failure)), failure_(std::move(failure)) {}

Nobody::Nobody(std::string subject, std::string_view service)
    : Error(ErrorKind::unavailable, std::move(subject),
            "nobody answers to " + base::quoted(service), "is the service running?") {}

std::string take_json(Result&& result, std::string_view service, std::string_view method) {
    std::string subject = base::printable(std::string(service) + "." + std::string(method));
    switch (result.status) {
    case Result::Status::answered:
        return std::move(result.json);
    case Result::Status::refused:
        throw Refused(std::move(subject), std::move(result.failure));
    case Result::Status::nobody:
        throw Nobody(std::move(subject), service);
    case Result::Status::timed_out:
        throw Error(ErrorKind::timeout, std::move(subject), "no answer in time",
                    "the service may be busy; --timeout allows more");
    case Result::Status::away:
        break;
    }
    throw Error(ErrorKind::unavailable, std::move(subject), result.why);
}

std::string data_result(std::string_view json, int status) {
    std::string out;
    codec::JsonWriter writer{out};
    writer.begin_object();
    writer.member("type__", "data");
    writer.member("statusCode", status);
    writer.key("data");
    writer.raw(json);
    writer.end_object();
    return out;
}

std::string error_result(int status, std::string_view message) {
    std::string out;
    codec::JsonWriter writer{out};
    writer.begin_object();
    writer.member("type__", "error");
    writer.member("statusCode", status);
    writer.member("errorMessage", message);
    writer.key("data");
    writer.raw("{}");
    writer.end_object();
    return out;
}

std::string redirect_result(std::string_view location, int status) {
    std::string out;
    codec::JsonWriter writer{out};
    writer.begin_object();
    writer.member("type__", "redirect");
    writer.member("location", location);
    writer.member("statusCode", status);
    writer.key("data");
    writer.raw("{}");
    writer.end_object();
    return out;
}

std::string pixel_result() {
    return R"({"type__":"pixel","data":{}})";
}

} // namespace rpc
