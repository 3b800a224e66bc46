#pragma once

#include <cstdint>
#include <string_view>

namespace runtime {

/// Until which point a deployment waits before the new one takes the old one's place.
enum class Readiness : std::uint8_t {
    started,    // the program runs
    registered, // it listens on the bus
    answers,    // it answers `__status`
};

std::string_view readiness_word(Readiness until) noexcept;

} // namespace runtime
