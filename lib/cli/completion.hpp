#pragma once

#include "cli/command_set.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// Prints candidates for the last of `words`, the one under the cursor, as lines "VALUE<tab>HELP".
/// A line "@files" asks the shell for its own file names. Ends the process with 0 after 150 ms,
/// with what has been printed by then, so a broker that is away never holds up a prompt.
void complete(const Command& command, const std::string& program, std::vector<std::string> words);

/// The same for a program with subcommands: also their names, and then what the subcommand offers.
void complete(const CommandSet& set, const std::string& program, std::vector<std::string> words);

} // namespace cli
