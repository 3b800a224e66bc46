#pragma once

#include "cli/command_set.hpp"
#include "cli/option_table.hpp"

#include <string>
#include <string_view>

namespace cli {

/// -h: what it is, examples, the command's own options.
std::string short_help(const Command& command, const OptionTable& table, const CalledAs& called);

/// --help: all of it, with variables and exit codes.
std::string full_help(const Command& command, const OptionTable& table, const CalledAs& called);

/// The same of a program with subcommands, which are listed by their groups; `table` has the
/// options that all of them share.
std::string short_help(const CommandSet& set, const OptionTable& table, const CalledAs& called);
std::string full_help(const CommandSet& set, const OptionTable& table, const CalledAs& called);

/// "publish_event 0.1.0 (bandkit)" and a newline.
std::string version_text(std::string_view program);

/// An example's command line with the program's name as it was called.
std::string example_line(const Example& example, const CalledAs& called);

} // namespace cli
