#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cli {

// Version 3.3 of toml++ has undefined behaviour for most characters beyond ASCII where a blank may
// stand (is_non_ascii_horizontal_whitespace). So it is given ASCII only: each byte beyond it, and
// "~", as "~XX". Outside of strings and comments none of these may stand anyway, and "~" may not
// either, so what is an error stays one.

std::string to_toml_ascii(std::string_view text);

/// The text back from a key, a value or a message.
std::string from_toml_ascii(std::string_view ascii);

/// Which character of `line`, counted from 1, is at this column of its ASCII form.
std::size_t column_in(std::string_view line, std::size_t ascii_column) noexcept;

} // namespace cli
