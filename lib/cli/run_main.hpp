#pragma once

#include "cli/command.hpp"
#include "cli/invocation.hpp"

namespace cli {

/// Runs a program that is one command: parses, runs, flushes standard output, and is the one place
/// that prints errors and picks the exit code. `main` returns what it returns.
/// Ignores SIGPIPE for the whole process; whoever starts other programs gives them the default
/// back.
int run_main(int argc, char** argv, const Command& command);

} // namespace cli
