#pragma once

#include <cstdint>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace runtime {

struct Process {
    pid_t pid = 0;
    pid_t parent = 0;
    bool ended = false; // a zombie
    std::uint64_t cpu_ms = 0;
    std::uint64_t memory_bytes = 0; // resident
};

/// One look at /proc (proc(5), stat). What ends meanwhile is left out.
std::vector<Process> all_processes();

/// Those of `all` that `root` started, directly or not, without `root` itself. Complete where it is
/// a subreaper (prctl(2)): then orphans stay its descendants.
std::vector<Process> descendants_of(pid_t root, const std::vector<Process>& all);

/// Sends a signal to each living descendant of `root`; tells how many there were.
std::size_t signal_descendants(pid_t root, int number);

/// The variable in the environment of everything that a supervisor starts.
inline constexpr std::string_view run_variable = "BAND_RUN";

/// Processes of this user that were started under that run id, also when nobody supervises them
/// any more.
std::vector<pid_t> processes_of_run(std::string_view run_id);

} // namespace runtime
