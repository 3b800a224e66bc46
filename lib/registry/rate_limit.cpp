#include "registry/rate_limit.hpp"

#include "net/address.hpp"

#include <algorithm>
#include <chrono>

namespace registry {

namespace {

constexpr double burst_seconds = 2;

bool is_local(std::string_view peer) noexcept {
    return peer == "unix" || net::names_loopback(peer);
}

} // namespace

bool RateLimit::allow(const std::string& peer, std::size_t count,
                      base::SteadyClock::time_point now) {
    if (count == 0 || rate_ == 0 || is_local(peer))
        return true;
    if (peers_.size() >= forget_at_)
        forget_idle(now);
    const double full = rate_ * burst_seconds;
    Allowance& allowance = peers_.try_emplace(peer, Allowance{full, now}).first->second;
    allowance = {refilled(allowance, now), now};
    if (allowance.left < std::min(static_cast<double>(count), full))
        return false;
    allowance.left -= static_cast<double>(count);
    return true;
}

double RateLimit::refilled(const Allowance& allowance,
                           base::SteadyClock::time_point now) const noexcept {
    const double seconds = std::chrono::duration<double>(now - allowance.at).count();
    return std::min(rate_ * burst_seconds, allowance.left + seconds * rate_);
}

void RateLimit::forget_idle(base::SteadyClock::time_point now) {
    std::erase_if(peers_, [&](const auto& entry) {
        return refilled(entry.second, now) >= rate_ * burst_seconds;
    });
    forget_at_ = std::max<std::size_t>(1024, 2 * peers_.size());
}

} // namespace registry
