#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace registry {

/// How much each peer may do: so many changes a second, on average, and those of two seconds at
/// once. This machine itself is not limited.
class RateLimit {
public:
    /// 0: nobody is limited.
    explicit RateLimit(std::size_t a_second) noexcept : rate_(static_cast<double>(a_second)) {}

    /// Takes `count` changes of this peer's allowance; false, and nothing taken, when they are
    /// too many. What is more than two seconds' worth passes where nothing came before it.
    bool allow(const std::string& peer, std::size_t count, base::SteadyClock::time_point now);

private:
    struct Allowance {
        double left;
        base::SteadyClock::time_point at;
    };

    double refilled(const Allowance& allowance, base::SteadyClock::time_point now) const noexcept;
    void forget_idle(base::SteadyClock::time_point now);

    double rate_;
    std::unordered_map<std::string, Allowance> peers_;
    std::size_t forget_at_ = 1024; // peers
};

} // namespace registry
