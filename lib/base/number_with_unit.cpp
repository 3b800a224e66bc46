#include "base/number_with_unit.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace base {

namespace {

constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();

std::optional<std::uint64_t> whole(std::string_view digits, std::uint64_t factor) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size())
        return std::nullopt;
    if (__builtin_mul_overflow(value, factor, &value) || value > largest)
        return std::nullopt;
    return value;
}

/// What the digits behind the point are worth. Only the first 15 count: more do not fit a double.
std::uint64_t fraction(std::string_view digits, std::uint64_t factor) {
    double value = 0;
    double place = static_cast<double>(factor);
    for (const char digit : digits.substr(0, 15)) {
        place /= 10;
        value += (digit - '0') * place;
    }
    // The tiny step back keeps 0.3 of 1000 at 300 where the sum says 300.00000000000006.
    return static_cast<std::uint64_t>(std::ceil(value - value * 1e-12));
}

} // namespace

std::optional<std::uint64_t> parse_number_with_unit(std::string_view text,
                                                    std::span<const Unit> units) {
    constexpr std::string_view digits = "0123456789";
    const auto number =
        text.substr(0, std::min(text.find_first_not_of("0123456789."), text.size()));
    const auto unit = std::ranges::find(units, text.substr(number.size()), &Unit::name);
    if (unit == units.end())
        return std::nullopt;

    const auto point = number.find('.');
    const auto value = whole(number.substr(0, point), unit->factor);
    if (point == std::string_view::npos || !value)
        return value;
    const auto behind = number.substr(point + 1);
    if (behind.empty() || behind.find_first_not_of(digits) != std::string_view::npos)
        return std::nullopt;
    const std::uint64_t sum = *value + fraction(behind, unit->factor);
    return sum > largest ? std::nullopt : std::optional{sum};
}

} // namespace base
