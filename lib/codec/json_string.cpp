#include "codec/json_string.hpp"

#include "codec/utf8.hpp"

#include <algorithm>
#include <cstddef>

namespace codec {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

unsigned hex_value(char c) {
    if (c >= '0' && c <= '9')
        return static_cast<unsigned>(c - '0');
    return static_cast<unsigned>((c | 0x20) - 'a' + 10);
}

/// The four digits at `p`; 0 where the text is too short, which a valid string never is.
char32_t hex4(const char* p, const char* end) {
    if (end - p < 4)
        return 0;
    return hex_value(p[0]) << 12 | hex_value(p[1]) << 8 | hex_value(p[2]) << 4 | hex_value(p[3]);
}

char short_escape(char c) {
    switch (c) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return c;
    }
}

/// Decodes \uXXXX, `p` behind the `u`; returns the first byte not used.
const char* append_code_unit(std::string& out, const char* p, const char* end) {
    char32_t code = hex4(p, end) & 0xffff;
    p += std::min<std::ptrdiff_t>(4, end - p);
    if (code >= 0xd800 && code < 0xdc00 && end - p >= 6) {
        code = 0x10000 + ((code - 0xd800) << 10) + ((hex4(p + 2, end) - 0xdc00) & 0x3ff);
        p += 6;
    }
    append_utf8(out, code);
    return p;
}

void append_unicode_escape(std::string& out, char32_t code) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out.push_back(digits[code >> shift & 15]);
}

void append_escape(std::string& out, char32_t code) {
    switch (code) {
    case '"':
        out += "\\\"";
        break;
    case '\\':
        out += "\\\\";
        break;
    case '\b':
        out += "\\b";
        break;
    case '\f':
        out += "\\f";
        break;
    case '\n':
        out += "\\n";
        break;
    case '\r':
        out += "\\r";
        break;
    case '\t':
        out += "\\t";
        break;
    default:
        append_unicode_escape(out, code);
    }
}

void append_harmless(std::string& out, std::string_view text, bool escape_syntax) {
    const char* p = text.data();
    const char* const end = p + text.size();
    const char* pending = p;
    while (p < end) {
        const char* const run = p;
        // Some way ahead only, since a DEL may be nearer than what was gone by to find it.
        const char* const ahead = run + std::min<std::ptrdiff_t>(end - run, 512);
        p = std::find(run, skip_plain(run, ahead), '\x7f');
        if (p == ahead)
            continue;
        const auto step = utf8_step(p, end);
        const bool syntax = step.code == '"' || step.code == '\\';
        if (step.length != 0 && !is_steering(step.code) && !(syntax && escape_syntax)) {
            p += step.length;
            continue;
        }
        out.append(pending, static_cast<std::size_t>(p - pending));
        if (step.length == 0)
            out += replacement;
        else
            append_escape(out, step.code);
        p += std::max(1u, step.length);
        pending = p;
    }
    out.append(pending, static_cast<std::size_t>(p - pending));
}

} // namespace

void append_unescaped(std::string& out, std::string_view raw) {
    const char* p = raw.data();
    const char* const end = p + raw.size();
    while (p < end) {
        const auto left = std::string_view(p, end);
        const auto plain = std::min(left.find('\\'), left.size());
        out.append(p, plain);
        p += plain;
        if (end - p < 2)
            break;
        const char kind = p[1];
        p += 2;
        if (kind == 'u')
            p = append_code_unit(out, p, end);
        else
            out.push_back(short_escape(kind));
    }
}

void append_quoted(std::string& out, std::string_view text) {
    out.push_back('"');
    const auto plain = skip_plain(text.data(), text.data() + text.size());
    const auto size = static_cast<std::size_t>(plain - text.data());
    if (size == text.size() && text.find('\x7f') == std::string_view::npos)
        out.append(text);
    else
        append_harmless(out, text, true);
    out.push_back('"');
}

void append_shown(std::string& out, std::string_view raw) {
    append_harmless(out, raw, false);
}

} // namespace codec
