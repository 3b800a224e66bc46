#pragma once

#include "cli/command_set.hpp"

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

/// The same of a program with subcommands. What all of them take stands in front; then each has its
/// own paragraphs, examples, sections and options behind a line
///   command NAME ALIAS GROUP USAGE SUMMARY
std::string declaration_of(const CommandSet& set, std::string_view program);

} // namespace cli
