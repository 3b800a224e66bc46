#include "codec/json_style.hpp"

#include "codec/json_string.hpp"
#include "codec/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace codec {

namespace {

class Styler {
public:
    Styler(std::string& out, std::string_view json, const JsonStyle& style)
        : out_(out), p_(json.data()), end_(p_ + json.size()), style_(style) {}

    void run() {
        while (p_ < end_) {
            const char c = *p_;
            if (c == '"') {
                ++p_;
                out_.push_back('"');
                string();
                out_.push_back('"');
                continue;
            }
            ++p_;
            if (c == ' ' || c == '\n' || c == '\t' || c == '\r')
                continue;
            out_.push_back(c);
            if (style_.blanks && (c == ':' || c == ','))
                out_.push_back(' ');
        }
    }

private:
    /// What stands between the quotes, the closing one taken off.
    void string() {
        while (p_ < end_) {
            const char* const run = p_;
            p_ = plain_end(run);
            out_.append(run, p_);
            if (p_ != run)
                continue;
            if (*p_ == '"') {
                ++p_;
                return;
            }
            put(next());
        }
    }

    /// Looks some way ahead only: what it finds in there may be nearer than what it went by.
    [[nodiscard]] const char* plain_end(const char* from) const {
        const char* at = skip_plain(from, from + std::min(end_ - from, look_ahead));
        const auto length = static_cast<std::size_t>(at - from);
        if (length == 0)
            return at;
        if (style_.escape_slash)
            if (const void* slash = std::memchr(from, '/', length))
                at = static_cast<const char*>(slash);
        return std::find(from, at, '\x7f');
    }

    /// The character at hand, decoded.
    char32_t next() {
        if (*p_ == '\\') {
            const char* const start = p_++;
            const bool unicode = p_ < end_ && *p_ == 'u';
            p_ = std::min(end_, p_ + (unicode ? 5 : 1));
            if (unicode && high_surrogate(start))
                p_ = std::min(end_, p_ + 6);
            decoded_.clear();
            append_unescaped(decoded_, {start, p_});
            if (decoded_.empty())
                return replacement;
            return utf8_step(decoded_.data(), decoded_.data() + decoded_.size()).code;
        }
        const auto step = utf8_step(p_, end_);
        p_ += std::max(1u, step.length);
        return step.length == 0 ? replacement : step.code;
    }

    /// \uD800 to \uDBFF, the first half of a pair.
    [[nodiscard]] bool high_surrogate(const char* escape) const {
        return end_ - escape >= 12 && (escape[2] | 0x20) == 'd' &&
               std::strchr("89abAB", escape[3]) != nullptr;
    }

    void put(char32_t code) {
        switch (code) {
        case '"':
            return append("\\\"");
        case '\\':
            return append("\\\\");
        case '/':
            return append(style_.escape_slash ? "\\/" : "/");
        case '\b':
            return append("\\b");
        case '\f':
            return append("\\f");
        case '\n':
            return append("\\n");
        case '\r':
            return append("\\r");
        case '\t':
            return append("\\t");
        default:
            break;
        }
        if (is_steering(code) || (style_.ascii && code >= 0x80))
            put_escaped(code);
        else
            append_utf8(out_, code);
    }

    void append(std::string_view text) { out_ += text; }

    void put_escaped(char32_t code) {
        if (code >= 0x10000) {
            put_unit(0xd800 + ((code - 0x10000) >> 10));
            put_unit(0xdc00 + ((code - 0x10000) & 0x3ff));
        } else {
            put_unit(code);
        }
    }

    void put_unit(char32_t unit) {
        constexpr std::string_view digits = "0123456789abcdef";
        append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4)
            out_.push_back(digits[unit >> shift & 15]);
    }

    static constexpr std::ptrdiff_t look_ahead = 512;
    static constexpr char32_t replacement = 0xfffd;

    std::string& out_;
    const char* p_;
    const char* const end_;
    const JsonStyle style_;
    std::string decoded_;
};

} // namespace

void append_styled(std::string& out, std::string_view json, const JsonStyle& style) {
    Styler(out, json, style).run();
}

} // namespace codec
