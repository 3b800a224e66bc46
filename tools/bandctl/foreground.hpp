#pragma once

#include <csignal>
#include <string>
#include <sys/types.h>
#include <vector>

namespace bandctl {

/// Runs a program in our place: it has our standard streams and terminal, and gets the signals
/// that are sent to us. To be made before any thread, so that all of them leave the signals alone.
class Foreground {
public:
    /// Holds the signals back from here on.
    Foreground();
    ~Foreground();
    Foreground(const Foreground&) = delete;
    Foreground& operator=(const Foreground&) = delete;

    /// Throws Error(not_found | not_executable | cannot_run).
    void start(const std::vector<std::string>& command);

    /// Waits for its end. Gives its status as a shell does: 128 + N for signal N.
    int wait();

private:
    sigset_t before_{};
    pid_t pid_ = -1;
};

} // namespace bandctl
