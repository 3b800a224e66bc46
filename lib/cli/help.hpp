#pragma once

#include "cli/option_table.hpp"

#include <string>
#include <string_view>

namespace cli {

/// -h: what it is, examples, the command's own options.
std::string short_help(const Command& command, const OptionTable& table, std::string_view program);

/// --help: all of it, with variables and exit codes.
std::string full_help(const Command& command, const OptionTable& table, std::string_view program);

/// "publish_event 0.1.0 (bandkit)" and a newline.
std::string version_text(std::string_view program);

/// An example's command line with the program's name as it was called.
std::string example_line(const Command& command, const Example& example, std::string_view program);

} // namespace cli
