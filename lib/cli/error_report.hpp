#pragma once

#include "base/error.hpp"
#include "cli/exit_code.hpp"

#include <span>
#include <string>
#include <string_view>

namespace cli {

/// The one line that tells a failure, without the newline, harmless for a terminal and without
/// passwords: "tool: what: why; hint", or the JSON object that scripts read.
std::string error_line(std::string_view tool, const base::Error& error, bool json);

/// Whether the command line asks for errors in JSON (-o json|ndjson, -j, BAND_OUTPUT), judged from
/// the bare words, since it may be the parser that failed.
bool wants_json_errors(std::span<const std::string> words);

} // namespace cli
