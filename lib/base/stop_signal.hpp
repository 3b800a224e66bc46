#pragma once

#include "base/unique_fd.hpp"

namespace base {

/// Catches SIGINT and SIGTERM for as long as it lives. The first one makes `fd()` readable and
/// `requested()` true; the second one ends the process at once with the signal's own status.
/// At most one lives at a time; SIGUSR1 (statistics) is kept apart.
class StopSignal {
public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    /// For poll(2) or a loop; stays readable once a signal has come. Never read from it.
    [[nodiscard]] int fd() const noexcept { return readable_.get(); }
    /// The signal's number, 0 while none has come.
    [[nodiscard]] int requested() const noexcept;
    /// Tells once for every SIGUSR1 since the last call.
    [[nodiscard]] bool statistics_wanted() const noexcept;

private:
    UniqueFd readable_;
    UniqueFd writable_;
};

/// The last signal that one of them has caught, also when it is gone; 0: none.
int last_stop_signal() noexcept;

} // namespace base
