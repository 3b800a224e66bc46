#pragma once

#include "cli/command.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// Prints candidates for the last of `words`, the one under the cursor, as lines "VALUE<tab>HELP".
/// A line "@files" asks the shell for its own file names. Ends the process with 0 after 150 ms,
/// with what has been printed by then, so a broker that is away never holds up a prompt.
void complete(const Command& command, const std::string& program, std::vector<std::string> words);

} // namespace cli
