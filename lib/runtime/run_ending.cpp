#include "runtime/run_ending.hpp"

#include "base/clock.hpp"
#include "runtime/process_tree.hpp"
#include "runtime/state_word.hpp"
#include "runtime/waiting.hpp"

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <sys/syscall.h>
#include <unistd.h>

namespace runtime {

namespace {

/// Through a pidfd, and only while the lock is still held after it is there: the process cannot
/// have been replaced by another one of the same number, then.
void signal_supervisor(const RunFolder& run, pid_t pid, std::chrono::seconds grace) {
    const base::UniqueFd process{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
    if (!process || !run.alive())
        return;
    siginfo_t info{};
    info.si_signo = SIGTERM;
    info.si_code = SI_QUEUE;
    info.si_pid = ::getpid();
    info.si_uid = ::getuid();
    info.si_value.sival_int = static_cast<int>(std::min<std::int64_t>(grace.count(), 1'000'000));
    ::syscall(SYS_pidfd_send_signal, process.get(), SIGTERM, &info, 0);
}

} // namespace

void end_supervised(const RunFolder& run, std::chrono::seconds grace, const Wait& wait) {
    pid_t asked = 0;
    wait_until(wait, run.service(), "stopping it", [&] {
        if (!run.alive())
            return true;
        // One that has just started has not written its number yet.
        if (const pid_t pid = run.written_state().supervisor; pid != 0 && pid != asked) {
            signal_supervisor(run, pid, grace);
            asked = pid;
        }
        return false;
    });
}

void end_orphans(const RunFolder& run, std::chrono::seconds grace, const Wait& wait) {
    RunState state = run.written_state();
    if (run.alive() || has_ended(state.state) || state.supervisor == 0)
        return;
    for (const pid_t pid : processes_of_run(run.run_id()))
        ::kill(pid, SIGTERM);
    const auto end = base::Deadline::after(grace);
    wait_until(wait, run.service(), "stopping it", [&] {
        const auto left = processes_of_run(run.run_id());
        if (end.passed())
            for (const pid_t pid : left)
                ::kill(pid, SIGKILL);
        return left.empty();
    });
    state.state = State::failed;
    state.why = "its supervisor was killed";
    state.ended_ms = base::unix_ms();
    run.write(state);
}

} // namespace runtime
