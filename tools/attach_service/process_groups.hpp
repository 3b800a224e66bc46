#pragma once

#include <sys/types.h>

namespace attach_service {

/// The process groups of the children that run, where a signal handler can get at them.
/// At most 1,024; add() returns false when that many run.
bool add_process_group(pid_t group) noexcept;
void remove_process_group(pid_t group) noexcept;

/// From now on the next SIGINT or SIGTERM kills the children and ends this process by that signal.
void die_at_next_signal() noexcept;

} // namespace attach_service
