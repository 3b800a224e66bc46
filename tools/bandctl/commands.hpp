#pragma once

#include "cli/command_set.hpp"

namespace bandctl {

/// All subcommands. Each is the one constant of a file of its own, named after it.
extern const cli::CommandSet command_set;

} // namespace bandctl
