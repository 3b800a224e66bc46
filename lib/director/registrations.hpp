#pragma once

#include "base/clock.hpp"
#include "rpc/generation.hpp"
#include "rpc/status.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace director {

using rpc::Generation;

/// By which name services of that generation know us: "band", "director".
std::string_view director_name(Generation generation) noexcept;

/// A service that is on the bus. One that serves both generations says different things to each.
struct Registration {
    Generation generation = Generation::first; // in which it was heard of
    std::int64_t since_ms = 0;                 // Unix time of its first sign of life
    base::SteadyClock::time_point heard;       // the last one
    std::optional<rpc::Status> first;          // as it was told last
    std::optional<rpc::Status> second;
    bool answers = false; // to the last __status

    /// What is shown and what `kernel` is told: all methods, where the service says them.
    [[nodiscard]] const rpc::Status& status() const noexcept;
    /// What `front` is told.
    [[nodiscard]] const rpc::Status& registered() const noexcept;
};

/// Who has announced itself or answered, and what it said. A name that is not heard of for the
/// patience given is dropped.
class Registrations {
public:
    using Time = base::SteadyClock::time_point;
    using Map = std::map<std::string, Registration, std::less<>>;

    explicit Registrations(std::chrono::milliseconds patience) : patience_(patience) {}

    /// Tells whether the name is new; a name beyond the 1,000 that are kept is not taken up.
    bool announced(std::string_view name, Generation generation, Time now, std::int64_t now_ms);

    /// The service has answered. Tells whether what `kernel` and `front` are told has changed by
    /// it. One that never announced itself is taken up as well.
    bool reported(std::string_view name, Generation generation, rpc::Status status, Time now,
                  std::int64_t now_ms);

    /// Somebody listens to that name, whatever it says.
    void heard(std::string_view name, Time now);
    /// The service has not answered.
    void silent(std::string_view name);

    /// Tells whether it was there.
    bool forget(std::string_view name);

    /// Drops those not heard of for too long and tells whether there were any. Not to be called
    /// while the bus is away: then nobody can be heard.
    bool expire(Time now);
    /// After the bus has been away: everybody's patience begins anew.
    void renew(Time now);

    [[nodiscard]] const Map& all() const noexcept { return all_; }
    [[nodiscard]] const Registration* find(std::string_view name) const noexcept;

private:
    Registration* take_up(std::string_view name, Generation generation, std::int64_t now_ms);

    std::chrono::milliseconds patience_;
    Map all_;
};

} // namespace director
