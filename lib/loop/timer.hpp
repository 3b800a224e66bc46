#pragma once

#include <chrono>
#include <functional>
#include <memory>

struct event;

namespace loop {

class EventLoop;

/// Calls back once after a time, on the steady clock; schedule again for more. Destroying it
/// cancels.
class Timer {
public:
    using Callback = std::function<void()>;

    Timer(EventLoop& loop, Callback callback);
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    /// Replaces an earlier schedule.
    void schedule(std::chrono::microseconds delay);
    void cancel() noexcept;
    [[nodiscard]] bool scheduled() const noexcept;

private:
    struct Free {
        void operator()(::event* source) const noexcept;
    };
    Callback callback_;
    std::unique_ptr<::event, Free> source_;
};

} // namespace loop
