#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

/// Takes the percent-encoding of RFC 3986 off. Nothing where a '%' is not followed by two hex
/// digits, or stands for NUL, which no part of a URL of ours holds.
std::optional<std::string> percent_decoded(std::string_view text);

/// Encodes all but letters, digits and "-._~", so that the result can stand in any part of a URL.
std::string percent_encoded(std::string_view text);

} // namespace base
