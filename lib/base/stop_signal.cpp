#include "base/stop_signal.hpp"

#include "base/error.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>

namespace base {

namespace {

// What a signal handler may touch: lock-free atomics only.
std::atomic<int> pending_signal{0};
std::atomic<int> wake_fd{-1};
std::atomic<bool> statistics{false};

extern "C" void on_stop(int number) {
    int none = 0;
    if (!pending_signal.compare_exchange_strong(none, number)) {
        std::signal(number, SIG_DFL);
        std::raise(number);
        return;
    }
    const int saved = errno;
    const char byte = 0;
    [[maybe_unused]] const auto written = ::write(wake_fd.load(), &byte, 1);
    errno = saved;
}

extern "C" void on_statistics(int) {
    statistics.store(true);
}

void install(int number, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    // No SA_RESTART for the stop signals: a blocking read of standard input must end, too.
    action.sa_flags = number == SIGUSR1 ? SA_RESTART : 0;
    sigaction(number, &action, nullptr);
}

} // namespace

StopSignal::StopSignal() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        throw Error(ErrorKind::internal, "cannot make a pipe for signals", errno_text(errno));
    readable_.reset(ends[0]);
    writable_.reset(ends[1]);
    pending_signal = 0;
    wake_fd = writable_.get();
    install(SIGINT, on_stop);
    install(SIGTERM, on_stop);
    install(SIGUSR1, on_statistics);
}

StopSignal::~StopSignal() {
    install(SIGINT, SIG_DFL);
    install(SIGTERM, SIG_DFL);
    install(SIGUSR1, SIG_IGN);
    wake_fd = -1;
}

int StopSignal::requested() const noexcept {
    return pending_signal.load();
}

int last_stop_signal() noexcept {
    return pending_signal.load();
}

bool StopSignal::statistics_wanted() const noexcept {
    return statistics.exchange(false);
}

} // namespace base
