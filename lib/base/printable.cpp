#include "base/printable.hpp"

#include <algorithm>
#include <cstdint>

namespace base {

namespace {

/// One character at the start of a text: its code point and length, or length 0 where it is no
/// UTF-8.
struct Character {
    std::uint32_t code;
    std::size_t length;
};

/// RFC 3629, section 4: no overlong forms, no surrogates, nothing above U+10FFFF.
Character decode(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80)
        return {lead, 1};
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < length)
        return {0, 0};
    std::uint32_t code = lead & (0x7fU >> length);
    for (const char byte : text.substr(1, length - 1)) {
        if ((static_cast<unsigned char>(byte) & 0xc0U) != 0x80)
            return {0, 0};
        code = code << 6U | (static_cast<unsigned char>(byte) & 0x3fU);
    }
    constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return code < smallest[length] || surrogate || code > 0x10ffff ? Character{0, 0}
                                                                   : Character{code, length};
}

/// Changes what a terminal does or the order in which it shows text.
bool is_harmful(std::uint32_t code) {
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x061c ||
           (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

void append_hex(std::string& out, std::uint32_t value, int digits) {
    constexpr std::string_view hex = "0123456789abcdef";
    while (digits-- > 0)
        out += hex[value >> (4U * static_cast<unsigned>(digits)) & 0xfU];
}

void append_shown(std::string& out, std::uint32_t code) {
    switch (code) {
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        out += code < 0x80 ? "\\x" : "\\u";
        append_hex(out, code, code < 0x80 ? 2 : 4);
    }
}

bool is_plain(char byte) {
    return byte >= 0x20 && byte < 0x7f;
}

/// Appends the first character of `text`, returns how many bytes that took.
std::size_t append_first(std::string& out, std::string_view text, Keep keep) {
    const auto [code, length] = decode(text);
    if (length == 0) {
        out += "\\x";
        append_hex(out, static_cast<unsigned char>(text[0]), 2);
        return 1;
    }
    const bool kept = keep == Keep::lines && (code == '\n' || code == '\t');
    if (is_harmful(code) && !kept)
        append_shown(out, code);
    else
        out += text.substr(0, length);
    return length;
}

std::size_t count_characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(
        utf8, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80; }));
}

} // namespace

void append_printable(std::string& out, std::string_view text, Keep keep) {
    while (!text.empty()) {
        const auto plain =
            static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (!text.empty())
            text.remove_prefix(append_first(out, text, keep));
    }
}

std::string printable(std::string_view text, Keep keep) {
    std::string out;
    out.reserve(text.size());
    append_printable(out, text, keep);
    return out;
}

std::string printable_start(std::string_view text, std::size_t limit) {
    std::string out;
    std::size_t shown = 0;
    std::size_t room_for_ellipsis = 0; // where `out` is cut if more than `limit` come
    while (!text.empty()) {
        const std::size_t before = out.size();
        text.remove_prefix(append_first(out, text, Keep::nothing));
        shown += count_characters(std::string_view{out}.substr(before));
        if (shown > limit)
            return out.erase(room_for_ellipsis) + "…";
        if (shown < limit)
            room_for_ellipsis = out.size();
    }
    return out;
}

std::string quoted(std::string_view text) {
    return '"' + printable_start(text, 80) + '"';
}

} // namespace base
