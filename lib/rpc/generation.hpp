#pragma once

#include "codec/json_style.hpp"

#include <cstdint>

namespace rpc {

/// The two original implementations of Band, which differ in how they spell answers and what they
/// say of themselves (WIRE.md 1.2 and 1.3).
enum class Generation : std::uint8_t { first = 1, second = 2 };

/// How both spell requests.
inline constexpr codec::JsonStyle request_style{.blanks = true, .ascii = true};

constexpr codec::JsonStyle answer_style(Generation generation) noexcept {
    return {.escape_slash = true, .ascii = generation == Generation::first};
}

} // namespace rpc
