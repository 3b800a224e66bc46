#pragma once

#include "host/host.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace director {

/// What a service says of itself when it is asked for `__status`, in either generation (WIRE.md
/// 1.3).
struct StatusReport {
    std::string fields; // the object without its wrapping, JSON text
    std::vector<host::Method> methods;
    std::string registered; // the second generation's list of methods with options, JSON; or empty
};

/// Reads the result of a `__status` call, valid JSON; nothing when it is no status.
std::optional<StatusReport> parse_status(std::string_view result);

} // namespace director
