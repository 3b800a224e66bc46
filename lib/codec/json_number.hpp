#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace codec {

/// The double nearest to a number of the JSON grammar, or nothing when it lies beyond the range of
/// doubles. Numbers too small become zero of their sign, as everywhere else.
std::optional<double> parse_double(std::string_view number) noexcept;

/// Appends the shortest text that reads back as `value`, always with a point or an exponent so
/// that it stays a float; NaN and the infinities become null.
void append_double(std::string& out, double value);

} // namespace codec
