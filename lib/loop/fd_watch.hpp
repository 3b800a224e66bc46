#pragma once

#include <functional>
#include <memory>

struct event;

namespace loop {

class EventLoop;

/// Calls back while a descriptor is readable or writable. Does not own the descriptor; destroy or
/// `cancel` the watch before closing it.
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
    static void on_event(int fd, short what, void* self);

    EventLoop& loop_;
    Callback on_readable_;
    Callback on_writable_;
    std::unique_ptr<::event, Free> source_;
    int fd_ = -1;
    bool readable_ = false;
    bool writable_ = false;
    bool* destroyed_ = nullptr; // set while a callback runs, which may destroy this object
};

} // namespace loop
