#include "tools/attach_service/process_groups.hpp"

#include <array>
#include <atomic>
#include <csignal>

namespace attach_service {

namespace {

std::array<std::atomic<pid_t>, 1024> groups;

extern "C" void on_second_signal(int number) {
    for (const std::atomic<pid_t>& group : groups)
        if (const pid_t id = group.load(); id > 0)
            ::kill(-id, SIGKILL);
    std::signal(number, SIG_DFL);
    std::raise(number);
}

} // namespace

bool add_process_group(pid_t group) noexcept {
    for (std::atomic<pid_t>& place : groups)
        if (pid_t none = 0; place.compare_exchange_strong(none, group))
            return true;
    return false;
}

void remove_process_group(pid_t group) noexcept {
    for (std::atomic<pid_t>& place : groups)
        if (pid_t expected = group; place.compare_exchange_strong(expected, 0))
            return;
}

void die_at_next_signal() noexcept {
    for (const int number : {SIGINT, SIGTERM}) {
        struct sigaction action {};
        action.sa_handler = on_second_signal;
        sigemptyset(&action.sa_mask);
        sigaction(number, &action, nullptr);
    }
}

} // namespace attach_service
