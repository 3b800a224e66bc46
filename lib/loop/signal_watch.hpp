#pragma once

#include <functional>
#include <memory>

struct event;

namespace loop {

class EventLoop;

/// Calls back from the loop whenever the process gets this signal, until it is destroyed. For
/// SIGHUP, SIGCHLD and the like; base::StopSignal is for those that end a program.
class SignalWatch {
public:
    using Callback = std::function<void()>;

    SignalWatch(EventLoop& loop, int number, Callback callback);
    ~SignalWatch();
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

private:
    struct Free {
        void operator()(::event* source) const noexcept;
    };
    Callback callback_;
    std::unique_ptr<::event, Free> source_;
};

} // namespace loop
