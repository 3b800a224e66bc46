#pragma once

#include "cli/command.hpp"
#include "cli/command_set.hpp"
#include "cli/invocation.hpp"

namespace cli {

/// Runs a program that is one command: parses, runs, flushes standard output, and is the one place
/// that prints errors and picks the exit code. `main` returns what it returns.
/// Ignores SIGPIPE for the whole process; whoever starts other programs gives them the default
/// back.
int run_main(int argc, char** argv, const Command& command);

/// The same for a program with subcommands.
int run_main(int argc, char** argv, const CommandSet& set);

} // namespace cli
