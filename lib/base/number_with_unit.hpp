#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace base {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

/// Reads DIGITS[.DIGITS][UNIT] as a multiple of the smallest unit; nothing when the text has
/// another form, a unit that is not in the table, or a value beyond 2^63 - 1. A fraction is rounded
/// up.
std::optional<std::uint64_t> parse_number_with_unit(std::string_view text,
                                                    std::span<const Unit> units);

} // namespace base
