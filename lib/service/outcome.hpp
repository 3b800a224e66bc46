#pragma once

#include "message/message.hpp"

#include <string>
#include <string_view>

namespace service {

/// What a command's handler returns: the payload of the result, and whether it is a success.
struct Outcome {
    bool success = true;
    std::string body = "null";
    std::string content_type{message::json_type};

    /// `json` is JSON text; it is not checked again on its way.
    static Outcome ok(std::string json = "null") { return {true, std::move(json)}; }
    static Outcome error(std::string json) { return {false, std::move(json)}; }
    /// {"reason": …, "message": …}, the form in which eventail reports errors.
    static Outcome error(std::string_view reason, std::string_view text);
};

/// The result that `command` is owed.
message::Message result_of(const message::Message& command, Outcome outcome,
                           std::string_view source);

} // namespace service
