#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <optional>

namespace publish_event {

/// Spreads events evenly over time. Waits shorter than a millisecond are saved up; what a long
/// pause has missed is not caught up in a burst.
class Pace {
public:
    using Clock = base::SteadyClock;

    /// Events a second; nothing: no limit.
    explicit Pace(std::optional<std::int64_t> rate);

    /// Tells whether the next event must wait.
    [[nodiscard]] bool is_early() const {
        return interval_.count() > 0 && due_ > Clock::now() + std::chrono::milliseconds{1};
    }

    /// Waits for the next event's time; true when something else ended the wait: a signal, or
    /// `stop_fd` became readable.
    [[nodiscard]] bool wait(int stop_fd) const;

    /// An event goes out now.
    void next();

private:
    std::chrono::nanoseconds interval_{0};
    Clock::time_point due_ = Clock::now();
};

} // namespace publish_event
