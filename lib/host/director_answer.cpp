#include "host/director_answer.hpp"

#include "codec/json_path.hpp"
#include "codec/json_scanner.hpp"
#include "codec/parse_error.hpp"
#include "host/error_json.hpp"

#include <charconv>
#include <string>

namespace host {

using base::Error;
using base::ErrorKind;

namespace {

/// What is to be done about it has to be done over there.
Error from_there(const Error& error) {
    const bool of_the_machine = error.kind() == ErrorKind::unavailable ||
                                error.kind() == ErrorKind::not_found ||
                                error.kind() == ErrorKind::config;
    if (!of_the_machine || error.hint().empty())
        return error;
    return {error.kind(), error.subject(), error.why(),
            "on the director's machine: " + error.hint(), error.output()};
}

} // namespace

std::string_view checked_json(std::string_view json) {
    try {
        codec::validate_json(json, {.allow_big_integers = true});
    } catch (const codec::ParseError&) {
        throw Error(ErrorKind::protocol, "the director", "its answer is not JSON");
    }
    return json;
}

std::int64_t number_in(std::string_view json, std::string_view path) {
    const std::string text = codec::find_text(json, path).value_or("");
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::string_view result_in(const http::Response& response) {
    const auto result = codec::find(checked_json(response.body), "result");
    if (!result)
        throw Error(ErrorKind::protocol, "the director", "its answer has no result",
                    "is this a director?");
    return *result;
}

Error error_in(const http::Response& response) {
    try {
        const auto object = codec::find(checked_json(response.body), "error");
        return from_there(error_of(object.value_or(response.body), response.status));
    } catch (const Error&) {
        return error_of(response.body, response.status);
    }
}

Error error_in_object(std::string_view object) {
    return from_there(error_of(object, 0));
}

std::optional<rpc::Failure> failure_in(const http::Response& response) {
    try {
        const auto error = codec::find(checked_json(response.body), "error");
        if (!error || !codec::find(*error, "code") || codec::find(*error, "kind"))
            return std::nullopt;
        return rpc::Failure{number_in(*error, "code"),
                            codec::find_text(*error, "message").value_or(""),
                            std::string(codec::find(*error, "data").value_or(""))};
    } catch (const Error&) { // whatever stands in front of it
        return std::nullopt;
    }
}

} // namespace host
