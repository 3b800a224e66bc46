#include "tools/publish_event/pace.hpp"

#include <algorithm>
#include <poll.h>

namespace publish_event {

namespace {

constexpr std::chrono::milliseconds longest_backlog{100};

} // namespace

Pace::Pace(std::optional<std::int64_t> rate) {
    if (rate)
        interval_ = std::chrono::nanoseconds{std::chrono::seconds{1}} / *rate;
}

bool Pace::wait(int stop_fd) const {
    const std::chrono::nanoseconds left = due_ - Clock::now();
    if (left.count() <= 0)
        return false;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    const timespec limit{seconds.count(), (left - seconds).count()};
    pollfd stop{stop_fd, POLLIN, 0};
    return ::ppoll(&stop, 1, &limit, nullptr) != 0;
}

void Pace::next() {
    if (interval_.count() > 0)
        due_ = std::max(due_ + interval_, Clock::now() - longest_backlog);
}

} // namespace publish_event
