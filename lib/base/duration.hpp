#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace base {

/// Reads "500ms", "10s", "2m", "1h", "1d" or a bare number of seconds; a fraction is allowed
/// ("1.5h"). What is above zero never becomes zero. Throws Error(usage) without a subject, so that
/// the caller can name the option or variable the text came from.
std::chrono::milliseconds parse_duration(std::string_view text);

/// The shortest text that parse_duration reads back as the same value: "1.5s", "2m", "0s".
std::string format_duration(std::chrono::milliseconds duration);

/// For people, in one unit, rounded down: "3d", "5h", "12m", "7s"; negative is "0s".
std::string rough_duration(std::chrono::milliseconds duration);

} // namespace base
