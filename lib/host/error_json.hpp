#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace host {

/// Writes an error as a director's HTTP answers carry it, a JSON-RPC error object that says more:
/// {"code":…,"message":…,"kind":…,"subject":…,"why":…,"hint":…,"output":[…]}, the last two where
/// there is something.
void append_error(std::string& out, const base::Error& error, std::int64_t code);

/// Reads it back. Where the peer is not a director of ours it makes do with the message, and with
/// the HTTP status for the kind. Text that is not JSON is only quoted.
base::Error error_of(std::string_view object, int status);

/// The HTTP status of an answer that fails for this reason.
int http_status(base::ErrorKind kind) noexcept;

} // namespace host
