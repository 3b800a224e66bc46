#pragma once

#include <chrono>
#include <cstdint>

namespace registry {

/// The time by which instances live and die: steady, and standing still while the database is
/// away, since nobody can renew himself then. It stops at the last contact, not when the absence is
/// noticed. Milliseconds from an arbitrary point.
class DirectoryClock {
public:
    using Steady = std::chrono::steady_clock;

    explicit DirectoryClock(Steady::time_point now) : contact_(now), start_(now) {}

    [[nodiscard]] std::int64_t now(Steady::time_point now) const {
        return ms((stopped_ ? contact_ : now) - start_ - lost_);
    }

    /// The database has answered. Gives how long it had not done so, by this clock.
    std::int64_t contact(Steady::time_point now) {
        const auto since = now - contact_;
        contact_ = now;
        if (!stopped_)
            return ms(since);
        stopped_ = false;
        lost_ += since;
        return 0;
    }

    void stop() noexcept { stopped_ = true; }
    [[nodiscard]] bool stopped() const noexcept { return stopped_; }

    /// How long it has stood still; 0 when it runs.
    [[nodiscard]] std::chrono::milliseconds stopped_for(Steady::time_point now) const {
        return std::chrono::milliseconds{stopped_ ? ms(now - contact_) : 0};
    }

private:
    static std::int64_t ms(Steady::duration duration) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
    }

    Steady::time_point contact_;
    Steady::time_point start_;
    Steady::duration lost_{0};
    bool stopped_ = false;
};

} // namespace registry
