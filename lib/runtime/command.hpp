#pragma once

#include "runtime/runtime.hpp"

#include <string>
#include <vector>

namespace runtime {

struct CommandResult {
    int status = 0;     // 128 + N for signal N
    std::string output; // both streams, its first 64 KiB
};

/// Runs a program of PATH to its end, without a shell and with nothing on its standard input.
/// Throws Error(not_found) and Error(cannot_run); ends it and throws as `check` does.
CommandResult run_command(const std::vector<std::string>& arguments, const Wait& wait);

} // namespace runtime
