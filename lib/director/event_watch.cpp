#include "director/event_watch.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace director {

namespace {

constexpr int retry_ms = 2000;

bool stopped_within(int stop_fd, int milliseconds) {
    pollfd stop{.fd = stop_fd, .events = POLLIN, .revents = 0};
    return ::poll(&stop, 1, milliseconds) > 0;
}

} // namespace

EventWatch::EventWatch(loop::EventLoop& loop, Follow follow, std::function<void()> on_change)
    : follow_(std::move(follow)), on_change_(std::move(on_change)),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), mailbox_(loop) {
    if (!stop_)
        throw base::Error(base::ErrorKind::unavailable, "create an eventfd",
                          base::errno_text(errno));
    if (follow_)
        thread_ = std::thread{[this] { run(); }};
}

EventWatch::~EventWatch() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(stop_.get(), &one, sizeof one);
    if (thread_.joinable())
        thread_.join();
}

void EventWatch::run() {
    bool following = false;
    do {
        try {
            follow_(
                [&] {
                    following = true;
                    tell();
                },
                stop_.get());
        } catch (const base::Error&) { // a look says why
        }
        if (std::exchange(following, false))
            tell();
    } while (!stopped_within(stop_.get(), retry_ms));
}

void EventWatch::tell() {
    mailbox_.post([this] { on_change_(); });
}

} // namespace director
