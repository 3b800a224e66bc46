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

FdWatch::~FdWatch() {
    if (destroyed_ != nullptr)
        *destroyed_ = true;
}

void FdWatch::on_event(int, short what, void* self) {
    auto& watch = *static_cast<FdWatch*>(self);
    bool destroyed = false;
    watch.destroyed_ = &destroyed;
    if ((what & EV_READ) != 0)
        watch.on_readable_();
    // The first callback may have taken the interest in writing back.
    if (!destroyed && (what & EV_WRITE) != 0 && watch.writable_ && watch.on_writable_)
        watch.on_writable_();
    if (!destroyed)
        watch.destroyed_ = nullptr;
}

void FdWatch::watch(int fd, bool readable, bool writable) {
    if (source_ && fd == fd_ && readable == readable_ && writable == writable_)
        return;
    source_.reset();
    fd_ = fd;
    readable_ = readable;
    writable_ = writable;
    if (!readable && !writable)
        return;
    const auto what = static_cast<short>(EV_PERSIST | (readable ? EV_READ : 0) |
                                         (writable ? EV_WRITE : 0));
    source_.reset(event_new(loop_.base(), fd, what, on_event, this));
    if (!source_ || event_add(source_.get(), nullptr) != 0)
        throw base::Error(base::ErrorKind::internal, "event loop", "cannot watch a descriptor");
}

void FdWatch::cancel() noexcept {
    source_.reset();
    fd_ = -1;
    readable_ = false;
    writable_ = false;
}

} // namespace loop
