#pragma once

#include "base/backoff.hpp"
#include "base/clock.hpp"
#include "base/unique_fd.hpp"
#include "loop/event_loop.hpp"
#include "loop/fd_watch.hpp"
#include "loop/timer.hpp"
#include "runtime/ports.hpp"
#include "runtime/run_folder.hpp"
#include "runtime/service_log.hpp"
#include "tools/supervise/stream.hpp"

#include <chrono>

namespace supervise {

/// Keeps one program running as its record says, and ends all that it started with it. Orphans
/// become children of this process (PR_SET_CHILD_SUBREAPER), so none gets away by a double fork.
class Supervisor {
public:
    /// The lock of `run` is held by the caller.
    explicit Supervisor(const runtime::RunFolder& run);

    /// Returns when the service has ended for good. Throws base::Error when it could not be
    /// started; the state says so, too.
    void run();

private:
    void start_program();
    void restart_program();
    void on_signal();
    void reap();
    void end_tree(std::chrono::seconds grace);
    void kill_tree();
    void on_tree_ended();
    [[nodiscard]] bool wants_restart() const;
    void finish(runtime::State state, std::string why);
    void change(runtime::State state, std::string why);

    runtime::RunFolder run_;
    runtime::LaunchRecord record_;
    runtime::RunState state_;
    runtime::PortClaim port_; // kept, so that nobody takes it during a back-off
    loop::EventLoop loop_;
    runtime::ServiceLog log_;
    base::UniqueFd terminal_;
    Stream out_;
    Stream err_;
    base::UniqueFd signals_;
    loop::FdWatch signal_watch_;
    loop::Timer kill_timer_;
    loop::Timer restart_timer_;
    base::Backoff backoff_{std::chrono::seconds{1}, std::chrono::seconds{60}};
    base::Deadline settled_ = base::Deadline::never(); // then it counts as running well
    pid_t program_ = -1;                               // -1: it has ended
    bool tree_runs_ = false;
    int stop_signal_ = 0; // the one that asked us to end
};

} // namespace supervise
