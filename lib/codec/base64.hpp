#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace codec {

enum class Base64 {
    standard, // RFC 4648 section 4, padded
    url,      // RFC 4648 section 5, without padding
};

/// Appends `bytes` as text.
void append_base64(std::string& out, std::string_view bytes, Base64 alphabet);
/// Appends `bytes` as upper-case hexadecimal digits (RFC 4648 section 8).
void append_base16(std::string& out, std::string_view bytes);

std::string to_base64(std::string_view bytes, Base64 alphabet = Base64::standard);

/// The bytes behind `text`, or nothing when it is not base64: a foreign character, a wrong length,
/// misplaced padding, or left-over bits that are not zero. Padding is optional in both alphabets.
std::optional<std::string> from_base64(std::string_view text, Base64 alphabet = Base64::standard);

} // namespace codec
