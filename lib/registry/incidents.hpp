#pragma once

#include "base/clock.hpp"
#include "registry/rate_limit.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace registry {

/// A change that its operator may want to look at: somebody wants what another has.
struct Incident {
    enum class Kind : std::uint8_t {
        renamed,     // a place that was alive under one name has another one now
        refused,     // the same, where --claim kept it
        not_allowed, // a URL that --allow-url does not let in
        limited,     // one address sent too many changes
    };
    static constexpr std::size_t kinds = 4;

    Kind kind;
    std::string peer;    // who sent it
    std::string address; // the place; none of the last kind
    std::string name;    // the one that it was to have
    std::string before;  // the one that it had
    std::uint64_t times = 1;
    std::int64_t last_ms = 0; // Unix time

    [[nodiscard]] bool same_as(const Incident& other) const;
    /// As a sentence for the operator. Holds what peers sent.
    [[nodiscard]] std::string text() const;
};

[[nodiscard]] std::string_view name_of(Incident::Kind kind) noexcept;

/// The incidents since the start: all of them counted, the most recent hundred kept. One that
/// comes again is kept once.
class Incidents {
public:
    using Tell = std::function<void(const std::string& line)>;

    /// `tell` is called for a new one, but not for more than a few a second: whoever causes
    /// incidents must not fill a log with them.
    explicit Incidents(Tell tell) : tell_(std::move(tell)) {}

    void note(Incident incident, base::SteadyClock::time_point now = base::SteadyClock::now());

    [[nodiscard]] std::uint64_t count(Incident::Kind kind) const noexcept {
        return counts_[static_cast<std::size_t>(kind)];
    }
    /// The last one first.
    [[nodiscard]] const std::deque<Incident>& recent() const noexcept { return recent_; }

private:
    void tell(const Incident& incident, base::SteadyClock::time_point now);

    Tell tell_;
    std::array<std::uint64_t, Incident::kinds> counts_{};
    std::deque<Incident> recent_;
    RateLimit lines_{2};
    std::uint64_t untold_ = 0;
};

} // namespace registry
