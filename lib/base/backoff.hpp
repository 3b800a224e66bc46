#pragma once

#include "base/id.hpp"

#include <algorithm>
#include <chrono>

namespace base {

/// Delays between attempts: doubling from `first` to `most`, each with up to 50 % jitter either
/// way, so that many clients of one restarted server do not come back in step.
class Backoff {
public:
    explicit Backoff(std::chrono::milliseconds first = std::chrono::milliseconds{50},
                     std::chrono::milliseconds most = std::chrono::seconds{2})
        : first_(first), most_(most), next_(first) {}

    std::chrono::milliseconds next() {
        const double jitter = 0.5 + random_fraction();
        const auto delay = std::chrono::milliseconds{
            static_cast<long>(static_cast<double>(next_.count()) * jitter)};
        next_ = std::min(next_ * 2, most_);
        ++attempts_;
        return std::min(delay, most_);
    }
    void reset() {
        next_ = first_;
        attempts_ = 0;
    }
    [[nodiscard]] int attempts() const { return attempts_; }

private:
    std::chrono::milliseconds first_;
    std::chrono::milliseconds most_;
    std::chrono::milliseconds next_;
    int attempts_ = 0;
};

} // namespace base
