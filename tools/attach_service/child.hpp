#pragma once

#include "base/unique_fd.hpp"
#include "loop/fd_watch.hpp"
#include "loop/timer.hpp"
#include "tools/attach_service/program.hpp"

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <sys/types.h>

namespace loop {
class EventLoop;
}

namespace attach_service {

/// How a program ended.
class Ending {
public:
    explicit Ending(int wait_status) : status_(wait_status) {}

    [[nodiscard]] bool by_signal() const noexcept;
    [[nodiscard]] int exit_status() const noexcept; // where it was not by a signal
    /// "exit status 3", "killed by signal 9 (Killed)"
    [[nodiscard]] std::string text() const;

private:
    int status_;
};

/// A running program with pipes for its standard streams, in a process group of its own. It gets
/// no other descriptor of ours, and SIGTERM when this process dies. Destroying it kills the group.
class Child {
public:
    /// `environment` adds to the program's. `on_exit` is called from the loop, once; it must not
    /// destroy this object. Throws Error(not_found), Error(not_executable) or Error(cannot_run).
    Child(loop::EventLoop& loop, const Program& program, std::span<const std::string> environment,
          std::function<void(Ending)> on_exit);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    // Our ends of its streams, non-blocking, to be taken over.
    base::UniqueFd in;
    base::UniqueFd out;
    base::UniqueFd err;

    [[nodiscard]] bool running() const noexcept { return pid_ > 0; }

    /// SIGTERM to its group, and SIGKILL `grace` later. Again: nothing.
    void stop(std::chrono::milliseconds grace);

    /// When it ends, what is left of its group is killed.
    void end_group_too() noexcept { whole_group_ = true; }

private:
    void spawn(const Program& program, std::span<const std::string> environment);
    void on_ended();

    std::function<void(Ending)> on_exit_;
    pid_t pid_ = -1;
    base::UniqueFd pidfd_;
    loop::FdWatch exit_watch_;
    loop::Timer kill_timer_;
    bool stopping_ = false;
    bool whole_group_ = false;
};

} // namespace attach_service
