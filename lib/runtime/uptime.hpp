#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace runtime {

/// A time as the Docker Engine tells it to people, rounded down to `unit`.
struct RoughTime {
    std::chrono::seconds value{};
    std::chrono::seconds unit{};
};

/// Reads the "Up About an hour (unhealthy)" of the Engine's list; nothing for another status.
std::optional<RoughTime> parse_uptime(std::string_view status);

} // namespace runtime
