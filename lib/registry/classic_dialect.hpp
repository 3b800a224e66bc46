#pragma once

#include "registry/method.hpp"
#include "rpc/json_rpc.hpp"

#include <optional>
#include <string>
#include <string_view>

/// How the original answers on /api, where that is not JSON-RPC 2.0 (WIRE.md section 5): both
/// members in every answer, the blanks of Python's json module, and errors as Python words them.
namespace registry::classic {

[[nodiscard]] const rpc::AnswerForm& form() noexcept;

/// The id that an answer has: none for a request that is not understood at all, and for the number
/// 0, which the original took for no id. Empty: none.
[[nodiscard]] std::string_view answered_id(std::string_view id) noexcept;

/// What calling the original's method with these parameters raises, before it runs: one is
/// missing, unknown or too many.
[[nodiscard]] std::optional<rpc::Failure> call_error(const Method& method, std::string_view params);

/// The answer to a whole batch because one of its elements is no object. Nothing: all are.
[[nodiscard]] std::optional<rpc::Failure> batch_error(std::string_view batch);

/// {"jsonrpc": "2.0", "result": "received", "error": null}: what a notification gets.
[[nodiscard]] std::string received();

/// The body that goes with status 405.
[[nodiscard]] std::string method_not_allowed();

} // namespace registry::classic
