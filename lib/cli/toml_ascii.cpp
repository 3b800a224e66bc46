#include "cli/toml_ascii.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace cli {

namespace {

bool is_escaped(char c) noexcept {
    return c == '~' || (c & 0x80) != 0;
}

} // namespace

std::string to_toml_ascii(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string ascii;
    ascii.reserve(text.size());
    for (const char c : text) {
        if (!is_escaped(c)) {
            ascii += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        ascii.append(1, '~').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    }
    return ascii;
}

std::string from_toml_ascii(std::string_view ascii) {
    std::string text;
    for (std::size_t i = 0; i < ascii.size(); ++i) {
        unsigned char byte = 0;
        const char* const end = ascii.data() + std::min(i + 3, ascii.size());
        if (ascii[i] == '~' &&
            std::from_chars(ascii.data() + i + 1, end, byte, 16).ec == std::errc{}) {
            text += static_cast<char>(byte);
            i += 2;
        } else {
            text += ascii[i];
        }
    }
    return text;
}

std::size_t column_in(std::string_view line, std::size_t ascii_column) noexcept {
    std::size_t column = 1;
    std::size_t ascii = 1;
    for (std::size_t i = 0; i < line.size() && ascii < ascii_column; ++i) {
        ascii += is_escaped(line[i]) ? 3 : 1;
        const bool continues = i + 1 < line.size() && (line[i + 1] & 0xc0) == 0x80;
        column += continues ? 0 : 1;
    }
    return column;
}

} // namespace cli
