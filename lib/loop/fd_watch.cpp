#include "loop/fd_watch.hpp"

#include "base/error.hpp"
#include "loop/event_loop.hpp"

#include <event2/event.h>

namespace loop {

void FdWatch::Free::operator()(::event* source) const noexcept {
    event_free(source);
}

FdWatch::FdWatch(EventLoop& loop, Callback on_readable, Callback on_writable)
    : loop_(loop), on_readable_(std::move(on_readable)), on_writable_(std::move(on_writable)) {}

FdWatch::~FdWatch() = default;

void FdWatch::watch(int fd, bool readable, bool writable) {
    if (fd != fd_)
        cancel();
    fd_ = fd;
    set(reading_, fd, EV_READ, readable);
    set(writing_, fd, EV_WRITE, writable);
}

void FdWatch::set(Source& source, int fd, short what, bool wanted) {
    if (wanted == static_cast<bool>(source))
        return;
    source.reset();
    if (!wanted)
        return;
    const auto call = [](evutil_socket_t, short came, void* self) {
        auto& watch = *static_cast<FdWatch*>(self);
        came == EV_READ ? watch.on_readable_() : watch.on_writable_();
    };
    source.reset(event_new(loop_.base(), fd, static_cast<short>(EV_PERSIST | what), call, this));
    if (!source || event_add(source.get(), nullptr) != 0)
        throw base::Error(base::ErrorKind::internal, "event loop", "cannot watch a descriptor");
}

void FdWatch::cancel() noexcept {
    reading_.reset();
    writing_.reset();
    fd_ = -1;
}

} // namespace loop
