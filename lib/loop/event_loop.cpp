#include "loop/event_loop.hpp"

#include "base/error.hpp"

#include <event2/event.h>

#include <utility>

namespace loop {

void EventLoop::Free::operator()(event_base* base) const noexcept {
    event_base_free(base);
}

EventLoop::EventLoop() {
    const std::unique_ptr<event_config, void (*)(event_config*)> config{event_config_new(),
                                                                        event_config_free};
    // With libevent's cached time, a timer that is set after a long callback is due at once.
    if (config && event_config_set_flag(config.get(), EVENT_BASE_FLAG_NO_CACHE_TIME) == 0)
        base_.reset(event_base_new_with_config(config.get()));
    if (!base_)
        throw base::Error(base::ErrorKind::internal, "event loop", "cannot be created");
}

EventLoop::~EventLoop() = default;

void EventLoop::run() {
    if (!error_)
        event_base_dispatch(base_.get());
    if (error_)
        std::rethrow_exception(std::exchange(error_, nullptr));
}

void EventLoop::stop() noexcept {
    event_base_loopbreak(base_.get());
}

void EventLoop::fail(std::exception_ptr error) noexcept {
    if (!error_)
        error_ = std::move(error);
    stop();
}

} // namespace loop
