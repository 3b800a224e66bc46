#pragma once

#include <exception>
#include <memory>

struct event_base;

namespace loop {

/// Runs the callbacks of watches and timers on one thread. Callbacks must not throw: who owns a
/// source catches and reports.
class EventLoop {
public:
    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    /// Returns after `stop`, or when nothing is left to wait for. Throws what `fail` was given.
    void run();

    /// Ends `run` after the current callback.
    void stop() noexcept;

    /// Ends `run` with this error; the first one counts.
    void fail(std::exception_ptr error) noexcept;

    [[nodiscard]] event_base* base() noexcept { return base_.get(); }

private:
    struct Free {
        void operator()(event_base* base) const noexcept;
    };
    std::unique_ptr<event_base, Free> base_;
    std::exception_ptr error_;
};

} // namespace loop
