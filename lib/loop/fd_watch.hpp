#pragma once

#include <functional>
#include <memory>

struct event;

namespace loop {

class EventLoop;

/// Calls back while a descriptor is readable or writable. Does not own the descriptor; destroy or
/// `cancel` the watch before closing it. A callback may cancel the watch, but not destroy it.
class FdWatch {
public:
    using Callback = std::function<void()>;

    FdWatch(EventLoop& loop, Callback on_readable, Callback on_writable = {});
    ~FdWatch();
    FdWatch(const FdWatch&) = delete;
    FdWatch& operator=(const FdWatch&) = delete;

    /// Watches `fd` from now on, for the wanted directions; none of them: only remembers it.
    void watch(int fd, bool readable, bool writable);
    void cancel() noexcept;

private:
    struct Free {
        void operator()(::event* source) const noexcept;
    };
    using Source = std::unique_ptr<::event, Free>;
    void set(Source& source, int fd, short what, bool wanted);

    EventLoop& loop_;
    Callback on_readable_;
    Callback on_writable_;
    // One source for each direction: each can be taken back while the other's callback runs.
    Source reading_;
    Source writing_;
    int fd_ = -1;
};

} // namespace loop
