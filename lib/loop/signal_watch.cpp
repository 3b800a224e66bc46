#include "loop/signal_watch.hpp"

#include "base/error.hpp"
#include "loop/event_loop.hpp"

#include <event2/event.h>

namespace loop {

void SignalWatch::Free::operator()(::event* source) const noexcept {
    event_free(source);
}

SignalWatch::SignalWatch(EventLoop& loop, int number, Callback callback)
    : callback_(std::move(callback)) {
    const auto call = [](evutil_socket_t, short, void* self) {
        static_cast<SignalWatch*>(self)->callback_();
    };
    source_.reset(evsignal_new(loop.base(), number, call, this));
    if (!source_ || event_add(source_.get(), nullptr) != 0)
        throw base::Error(base::ErrorKind::internal, "event loop", "cannot watch a signal");
}

SignalWatch::~SignalWatch() = default;

} // namespace loop
