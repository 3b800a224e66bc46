#pragma once

#include "rpc/json_rpc.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace registry {

/// What a method answers: a result as JSON text, or a failure.
struct Outcome {
    std::string result;
    rpc::Failure failure; // where result is empty

    [[nodiscard]] bool failed() const noexcept { return result.empty(); }
};

/// A method as its callers see it.
struct Method {
    enum class Kind : std::uint8_t {
        read,  // answered at once from memory
        write, // changes the registry
        wait,  // answered when something changes
    };
    std::string_view name;
    Kind kind;
    std::span<const std::string_view> parameters; // in their positions
    std::string_view help;
};

/// All of them: ping, locate_service, get_service_specs and what comes beyond the original.
[[nodiscard]] std::span<const Method> methods() noexcept;
[[nodiscard]] const Method* find_method(std::string_view name) noexcept;

} // namespace registry
