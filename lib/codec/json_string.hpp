#pragma once

#include <string>
#include <string_view>

#if defined(__SSE2__)
#include <bit>
#include <emmintrin.h>
#endif

namespace codec {

/// The first byte in [p, end) that is a quote, a backslash, a control character or no ASCII.
inline const char* skip_plain(const char* p, const char* end) noexcept {
#if defined(__SSE2__)
    while (end - p >= 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        // The comparison is signed: bytes from 0x80 up count as less than a blank, too.
        const __m128i special =
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                      _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))),
                         _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)));
        if (const auto mask = static_cast<unsigned>(_mm_movemask_epi8(special)); mask != 0)
            return p + std::countr_zero(mask);
        p += 16;
    }
#endif
    while (p < end && static_cast<signed char>(*p) >= 0x20 && *p != '"' && *p != '\\')
        ++p;
    return p;
}

/// Decodes the escapes of `raw`, the text between the quotes of a valid JSON string.
void append_unescaped(std::string& out, std::string_view raw);

/// Tells whether a character could steer a terminal or reorder its line: C0, DEL and C1 controls,
/// and the bidirectional controls.
constexpr bool is_steering(char32_t code) noexcept {
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c || code == 0x200e ||
           code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

/// Appends `text` as a JSON string in quotes. Steering characters are escaped, invalid UTF-8
/// becomes U+FFFD, so the result is safe to show and always valid.
void append_quoted(std::string& out, std::string_view text);

/// Appends the text between the quotes of a JSON string, its escapes untouched and its steering
/// characters escaped: the same string to a parser. Invalid UTF-8 becomes U+FFFD.
void append_shown(std::string& out, std::string_view raw);

} // namespace codec
