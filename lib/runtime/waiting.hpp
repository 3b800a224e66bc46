#pragma once

#include "base/error.hpp"
#include "runtime/runtime.hpp"

#include <algorithm>
#include <poll.h>
#include <string>
#include <utility>

namespace runtime {

/// Throws Error(interrupted) or Error(timeout) where `wait` says so. `subject` is what was being
/// done: "hello".
inline void check(const Wait& wait, const std::string& subject, const std::string& doing) {
    pollfd stop{wait.stop_fd, POLLIN, 0};
    if (wait.stop_fd >= 0 && ::poll(&stop, 1, 0) > 0)
        throw base::Error(base::ErrorKind::interrupted, subject, "stopped while " + doing);
    if (wait.deadline.passed())
        throw base::Error(base::ErrorKind::timeout, subject, "time is over while " + doing,
                          "--timeout allows more");
}

/// Asks every few milliseconds until `condition` is true; throws as `check`.
template <class Condition>
void wait_until(const Wait& wait, const std::string& subject, const std::string& doing,
                Condition condition) {
    constexpr int step_ms = 5;
    while (!condition()) {
        check(wait, subject, doing);
        pollfd stop{wait.stop_fd, POLLIN, 0};
        const int left = wait.deadline.poll_timeout();
        ::poll(&stop, wait.stop_fd >= 0 ? 1 : 0, left < 0 ? step_ms : std::min(left, step_ms));
    }
}

} // namespace runtime
