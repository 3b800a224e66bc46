#pragma once

#include "rpc/generation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rpc {

/// A method as a status document shows it (WIRE.md 1.3).
struct ExposedMethod {
    std::string name;
    std::string role = "handler"; // none, task, listener, handler, enricher
    std::string options = "{}";   // a JSON object; the second generation's
};

/// What a service says of itself when it is asked for `__status`.
struct Status {
    std::string name;            // empty: not said (the first generation)
    std::int64_t started_ms = 0; // Unix time
    std::int64_t uptime_ms = 0;
    std::vector<ExposedMethod> methods;
    std::optional<std::uint64_t> calls; // carried out so far; ours tell our programs
    std::string raw;                    // the document it was read from
};

/// Reads the documents of both generations, the second one's also inside its typed result. What is
/// missing or of another kind is left at its default; at most 1,000 methods are read.
Status parse_status(std::string_view json);

/// The result of `__status`. Methods whose names start with "__" are left out, in the second
/// generation's also those of roles that it does not register.
std::string status_result(const Status& status, Generation generation);

} // namespace rpc
