#pragma once

#include "redis/config.hpp"
#include "runtime/readiness.hpp"
#include "runtime/runtime.hpp"

#include <chrono>
#include <optional>

namespace runtime {

/// Makes a service run: builds it, launches it beside the one that is there, waits until it is
/// ready, and only then lets it take the other one's place. Whatever fails in between, the new one
/// is removed and the old one stays.
class Deployment {
public:
    /// `bus` is where services answer; nothing: only Readiness::started can be waited for.
    /// `ready_within` limits the waiting after the launch.
    Deployment(Runtime& runtime, std::optional<redis::Config> bus,
               std::chrono::milliseconds ready_within = std::chrono::seconds{30})
        : runtime_(runtime), bus_(std::move(bus)), ready_within_(ready_within) {}

    /// Several at once of one service, in any processes of this user, are done one after the other;
    /// one that waited while just the same was done gets that result. `progress` is told the phases
    /// "build", "start", "wait" (with the new one's log, line by line) and "replace".
    /// Throws base::Error that names the phase and holds the last lines of the log.
    Instance run(const ServiceSpec& spec, Readiness until, const Progress& progress,
                 const Wait& wait);

private:
    Instance launch_and_wait(const ServiceSpec& spec, const std::string& image, Readiness until,
                             const Progress& progress, const Wait& wait);

    Runtime& runtime_;
    std::optional<redis::Config> bus_;
    std::chrono::milliseconds ready_within_;
};

} // namespace runtime
