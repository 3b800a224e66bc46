#pragma once

#include <string_view>

/// What the values of header fields are made of (RFC 9110, 5.6), for both sides.
namespace http {

/// Tells whether this is a token: a method, or the name of a field.
[[nodiscard]] bool is_token(std::string_view text) noexcept;

/// Without the blanks and tabs at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// Tells whether a list ("keep-alive, upgrade") has this word, without regard to ASCII case.
[[nodiscard]] bool lists(std::string_view list, std::string_view word) noexcept;

/// The media type of a Content-Type, without its parameters ("; charset=utf-8").
[[nodiscard]] std::string_view media_type(std::string_view content_type) noexcept;

} // namespace http
