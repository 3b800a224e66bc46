#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace codec {

/// One decoded character; `length` is 0 when the bytes are no well-formed UTF-8.
struct Utf8Step {
    char32_t code = 0;
    unsigned length = 0;
};

/// Decodes the character at `p`, which must be before `end`. Strict (Unicode 15 table 3-7):
/// no overlong forms, no surrogates, nothing above U+10FFFF.
inline Utf8Step utf8_step(const char* p, const char* end) noexcept {
    const auto at = [p](int i) { return static_cast<unsigned char>(p[i]); };
    const auto tail = [&](int i) { return (at(i) & 0xc0) == 0x80; };
    const auto left = end - p;
    const char32_t lead = at(0);
    if (lead < 0x80)
        return {lead, 1};
    if (lead < 0xc2 || left < 2 || !tail(1))
        return {};
    if (lead < 0xe0)
        return {(lead & 0x1f) << 6 | (at(1) & 0x3fu), 2};
    if (left < 3 || !tail(2))
        return {};
    if (lead < 0xf0) {
        const char32_t code = (lead & 0x0f) << 12 | (at(1) & 0x3fu) << 6 | (at(2) & 0x3fu);
        if (code < 0x800 || (code >= 0xd800 && code < 0xe000))
            return {};
        return {code, 3};
    }
    if (lead > 0xf4 || left < 4 || !tail(3))
        return {};
    const char32_t code =
        (lead & 0x07) << 18 | (at(1) & 0x3fu) << 12 | (at(2) & 0x3fu) << 6 | (at(3) & 0x3fu);
    if (code < 0x10000 || code > 0x10ffff)
        return {};
    return {code, 4};
}

/// The offset of the first byte that is no well-formed UTF-8, or npos.
std::size_t find_invalid_utf8(std::string_view text) noexcept;

inline bool is_utf8(std::string_view text) noexcept {
    return find_invalid_utf8(text) == std::string_view::npos;
}

/// Appends `code`, which must be a Unicode scalar value.
void append_utf8(std::string& out, char32_t code);

} // namespace codec
