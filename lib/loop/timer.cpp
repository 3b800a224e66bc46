#include "loop/timer.hpp"

#include "base/error.hpp"
#include "loop/event_loop.hpp"

#include <event2/event.h>

namespace loop {

void Timer::Free::operator()(::event* source) const noexcept {
    event_free(source);
}

Timer::Timer(EventLoop& loop, Callback callback) : callback_(std::move(callback)) {
    const auto fire = [](evutil_socket_t, short, void* self) {
        static_cast<Timer*>(self)->callback_();
    };
    source_.reset(evtimer_new(loop.base(), fire, this));
    if (!source_)
        throw base::Error(base::ErrorKind::internal, "event loop", "cannot make a timer");
}

Timer::~Timer() = default;

void Timer::schedule(std::chrono::microseconds delay) {
    const auto count = delay.count() < 0 ? 0 : delay.count();
    const timeval after{static_cast<time_t>(count / 1'000'000),
                        static_cast<suseconds_t>(count % 1'000'000)};
    evtimer_add(source_.get(), &after);
}

void Timer::cancel() noexcept {
    evtimer_del(source_.get());
}

bool Timer::scheduled() const noexcept {
    return evtimer_pending(source_.get(), nullptr) != 0;
}

} // namespace loop
