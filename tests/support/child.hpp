#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace support {

/// How a program ended, as a shell puts it: its status, or 128 + the number of the signal.
using ExitStatus = int;

/// The file descriptors that a child gets as its standard streams.
struct Streams {
    int in;
    int out;
    int err;
};

/// A running program. Dies with this object, and with the test's main thread where that started it.
class Child {
public:
    /// Starts `arguments[0]` (looked up in PATH). `environment` holds additions, NAME=value.
    /// Throws std::runtime_error when there is no such program.
    Child(const std::vector<std::string>& arguments, Streams streams,
          const std::vector<std::string>& environment = {});
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

    /// Sends a signal, if it still runs.
    void signal(int number);
    /// SIGSTOP, and returns once it has stopped.
    void pause();

    /// The status if it has ended.
    std::optional<ExitStatus> poll();
    /// Waits for the end; nothing when `limit` is over first.
    std::optional<ExitStatus> wait(std::chrono::milliseconds limit);

private:
    pid_t pid_ = -1;
    std::optional<ExitStatus> status_;
};

} // namespace support
