#pragma once

#include "runtime/run_folder.hpp"

#include <chrono>

namespace runtime {

/// Asks the supervisor to end its processes, SIGTERM first and SIGKILL after `grace`, and waits
/// until it has gone. Nothing happens where there is none. Throws as `check` does.
void end_supervised(const RunFolder& run, std::chrono::seconds grace, const Wait& wait);

/// Ends in the same way what a killed supervisor has left behind.
void end_orphans(const RunFolder& run, std::chrono::seconds grace, const Wait& wait);

} // namespace runtime
