#pragma once

#include "runtime/runtime.hpp"

#include <optional>
#include <string_view>

namespace runtime {

/// "created", "running" and so on, and back; nothing for another word.
std::string_view state_word(State state) noexcept;
std::optional<State> state_of_word(std::string_view word) noexcept;

/// Whether nothing of it runs, and nothing will by itself.
constexpr bool has_ended(State state) noexcept {
    return state == State::stopped || state == State::failed;
}

} // namespace runtime
