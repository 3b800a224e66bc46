#pragma once

#include "base/error.hpp"
#include "rpc/json_rpc.hpp"

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace director {

/// Why there is no result.
struct Failure {
    int status = 500;           // of HTTP
    std::int64_t code = -32000; // of JSON-RPC
    std::string json;           // the error object
};

/// What an operation gives back, before it takes the form that its caller understands.
struct Answer {
    std::string result = "null"; // JSON text
    std::optional<Failure> failure;

    [[nodiscard]] int status() const noexcept { return failure ? failure->status : 200; }
};

Answer refusal(int status, std::int64_t code, std::string_view message);
/// The status follows from the error's kind.
Answer failure_of(const base::Error& error);
Answer failure_of(const std::exception_ptr& error);
/// An error that came from a service is passed on as it is (RELIABILITY.md D7).
Answer passed_on(const rpc::Failure& failure);
Answer unknown_service(std::string_view name);

/// How an answer is written: in the first generation as {"result":…,"ts":…}, in the second bare
/// (WIRE.md 1.4, 1.6). An error is a member "error"; of the first generation's clients, who look
/// for `result` only, it makes that null, as it always was for them.
enum class Envelope : std::uint8_t { wrapped, bare };

std::string body_of(const Answer& answer, Envelope envelope, std::int64_t now_ms);

/// {"phase":…,"line":…}, one line with its end.
std::string progress_line(std::string_view phase, std::string_view line);

} // namespace director
