#pragma once

#include "redis/config.hpp"
#include "runtime/readiness.hpp"
#include "runtime/runtime.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace runtime {

/// Finds out whether a service that is being launched is ready, while an older instance of it may
/// listen to the same name and answer as well.
class ReadinessProbe {
public:
    /// To be made before the launch: counts who listens already. Throws the errors of redis.
    ReadinessProbe(std::optional<redis::Config> bus, std::string service, Readiness until,
                   const Wait& wait);

    [[nodiscard]] Readiness until() const noexcept { return until_; }

    /// Asks once; takes at most half a second. Throws Error(interrupted), and the errors of redis.
    [[nodiscard]] bool ready(const Wait& wait) const;

private:
    [[nodiscard]] std::int64_t count_listeners(const Wait& wait) const;
    [[nodiscard]] bool answers(const Wait& wait) const;

    std::optional<redis::Config> bus_;
    std::string service_;
    Readiness until_;
    std::int64_t listeners_before_ = 0;
    std::int64_t launched_ms_;
};

} // namespace runtime
