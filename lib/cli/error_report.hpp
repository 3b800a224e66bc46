#pragma once

#include "base/error.hpp"
#include "cli/exit_code.hpp"

#include <span>
#include <string>
#include <string_view>

namespace cli {

/// The text that tells a failure, without the last newline, harmless for a terminal and without
/// passwords: one line "tool: what: why; hint", or the JSON object that scripts read. What a
/// program printed before it failed stands above that line, indented, and in the object as
/// "output".
std::string error_text(std::string_view tool, const base::Error& error, bool json);

/// Whether the command line asks for errors in JSON (-o json|ndjson, -j, BAND_OUTPUT), judged from
/// the bare words, since it may be the parser that failed.
bool wants_json_errors(std::span<const std::string> words);

} // namespace cli
