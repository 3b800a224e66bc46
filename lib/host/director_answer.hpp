#pragma once

#include "base/error.hpp"
#include "http/message.hpp"
#include "rpc/json_rpc.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

/// Reading what a director answers; the views point into the answer.
namespace host {

/// The same text, once it is known to be JSON. Throws Error(protocol).
std::string_view checked_json(std::string_view json);

/// The number at a path; 0 where there is none.
std::int64_t number_in(std::string_view json, std::string_view path);

/// The result of an answer of the first generation's form, JSON text. Throws Error(protocol).
std::string_view result_in(const http::Response& response);

/// The error that an answer with a bad status stands for.
base::Error error_in(const http::Response& response);

/// The error whose object, valid JSON, comes in the middle of an answer.
base::Error error_in_object(std::string_view object);

/// What a service answered, or a director said of it; nothing for what has gone wrong elsewhere.
std::optional<rpc::Failure> failure_in(const http::Response& response);

} // namespace host
