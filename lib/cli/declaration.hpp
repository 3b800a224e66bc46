#pragma once

#include "cli/command.hpp"

#include <string>
#include <string_view>

namespace cli {

/// The declaration as lines of tab-separated fields, for scripts/gen-man and tests:
///   program NAME VERSION USAGE SUMMARY
///   paragraph TEXT
///   example COMMENT LINE
///   section TITLE
///   option NAME LETTER VALUE KIND FALLBACK VARIABLE ALIAS NEGATABLE HELP
///   exit NUMBER NAME MEANING
/// An empty field is "-".
std::string declaration_of(const Command& command, std::string_view program);

} // namespace cli
