#pragma once

#include "codec/json_handler.hpp"
#include "codec/json_number.hpp"
#include "codec/json_scanner.hpp"
#include "codec/json_string.hpp"
#include "codec/parse_error.hpp"
#include "codec/utf8.hpp"

#include <array>
#include <cassert>
#include <cstdint>

namespace codec {

/// One pass over a JSON text (RFC 8259) that checks everything and reports each token to Handler.
/// Iterative: open containers cost one bit each.
template <class Handler> class JsonWalk {
public:
    JsonWalk(std::string_view json, Handler& handler, const JsonLimits& limits)
        : begin_(json.data()), end_(begin_ + json.size()), p_(begin_), handler_(handler),
          limits_(limits) {
        assert(limits.max_depth <= json_depth_ceiling);
    }

    /// Throws ParseError at the first byte that does not fit.
    void run() {
        if (std::string_view(begin_, end_).starts_with("\xef\xbb\xbf"))
            fail("a byte order mark is not allowed");
        skip_space();
        do
            value();
        while (next());
        if (p_ != end_)
            fail("expected the end of the input but found " + found());
    }

private:
    [[nodiscard]] int peek() const { return p_ < end_ ? static_cast<unsigned char>(*p_) : -1; }

    void skip_space() {
        while (p_ < end_ && (*p_ == ' ' || *p_ == '\n' || *p_ == '\t' || *p_ == '\r'))
            ++p_;
    }

    [[nodiscard]] bool in_object() const { return (kinds_[depth_ / 64] >> (depth_ % 64) & 1) != 0; }

    void open(bool object) {
        if (depth_ == limits_.max_depth)
            fail("nested deeper than " + std::to_string(limits_.max_depth) + " levels",
                 ParseError::Reason::too_deep);
        ++depth_;
        const auto bit = std::uint64_t{1} << (depth_ % 64);
        auto& word = kinds_[depth_ / 64];
        word = object ? word | bit : word & ~bit;
        ++p_;
        skip_space();
    }

    /// Reads a value, and with it the start of each container up to the first scalar. An empty
    /// container counts as read when its end has been reported.
    void value() {
        for (;;) {
            switch (peek()) {
            case '{':
                open(true);
                handler_.begin_object();
                if (peek() == '}')
                    return;
                member_key();
                continue;
            case '[':
                open(false);
                handler_.begin_array();
                if (peek() == ']')
                    return;
                continue;
            case '"': {
                const auto text = string();
                handler_.string(text.raw, text.escaped);
                return;
            }
            default:
                return scalar();
            }
        }
    }

    void scalar() {
        switch (peek()) {
        case 't':
            literal("true");
            return handler_.boolean(true);
        case 'f':
            literal("false");
            return handler_.boolean(false);
        case 'n':
            literal("null");
            return handler_.null();
        default:
            if (peek() != '-' && !at_digit())
                fail("expected a value but found " + found());
            return number();
        }
    }

    /// Closes what ends here; true when another value follows.
    bool next() {
        for (;;) {
            skip_space();
            if (depth_ == 0)
                return false;
            const int c = peek();
            if (in_object()) {
                if (c == ',') {
                    ++p_;
                    skip_space();
                    member_key();
                    return true;
                }
                if (c != '}')
                    fail("expected ',' or '}' but found " + found());
                handler_.end_object();
            } else {
                if (c == ',') {
                    ++p_;
                    skip_space();
                    return true;
                }
                if (c != ']')
                    fail("expected ',' or ']' but found " + found());
                handler_.end_array();
            }
            ++p_;
            --depth_;
        }
    }

    void member_key() {
        if (peek() != '"')
            fail("expected a key in quotes but found " + found());
        const auto text = string();
        handler_.key(text.raw, text.escaped);
        skip_space();
        if (peek() != ':')
            fail("expected ':' after the key but found " + found());
        ++p_;
        skip_space();
    }

    struct Text {
        std::string_view raw;
        bool escaped;
    };

    Text string() {
        const char* const start = ++p_;
        bool escaped = false;
        for (;;) {
            p_ = skip_plain(p_, end_);
            const int c = peek();
            if (c == '"')
                break;
            if (c == '\\') {
                escaped = true;
                escape();
            } else if (c >= 0x80) {
                character();
            } else if (c < 0) {
                fail("the string is not closed", ParseError::Reason::truncated);
            } else {
                fail(found() + " in a string must be escaped");
            }
        }
        return {{start, static_cast<std::size_t>(p_++ - start)}, escaped};
    }

    void character() {
        do {
            const auto step = utf8_step(p_, end_);
            if (step.length == 0)
                fail("invalid UTF-8 at " + found());
            p_ += step.length;
        } while (peek() >= 0x80);
    }

    void escape() {
        ++p_;
        switch (peek()) {
        case '"':
        case '\\':
        case '/':
        case 'b':
        case 'f':
        case 'n':
        case 'r':
        case 't':
            ++p_;
            return;
        case 'u':
            return unicode_escape();
        default:
            fail("expected an escape character after '\\' but found " + found());
        }
    }

    void unicode_escape() {
        const char* const start = p_ - 1;
        const auto unit = hex4();
        if (unit < 0xd800 || unit > 0xdfff)
            return;
        const bool pair = unit < 0xdc00 && end_ - p_ >= 2 && p_[0] == '\\' && p_[1] == 'u';
        if (pair) {
            ++p_;
            const auto low = hex4();
            if (low >= 0xdc00 && low <= 0xdfff)
                return;
        }
        p_ = start;
        fail("half of a surrogate pair");
    }

    unsigned hex4() {
        unsigned unit = 0;
        ++p_;
        for (int i = 0; i < 4; ++i, ++p_) {
            const int c = peek();
            if (at_digit())
                unit = unit << 4 | static_cast<unsigned>(c - '0');
            else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
                unit = unit << 4 | static_cast<unsigned>((c | 0x20) - 'a' + 10);
            else
                fail("expected a hexadecimal digit but found " + found());
        }
        return unit;
    }

    void literal(std::string_view word) {
        for (const char c : word) {
            if (p_ == end_ || *p_ != c)
                fail("expected " + std::string(word) + " but found " + found());
            ++p_;
        }
    }

    [[nodiscard]] bool at_digit() const { return p_ < end_ && *p_ >= '0' && *p_ <= '9'; }

    void number() {
        const char* const start = p_;
        const bool negative = *p_ == '-';
        p_ += negative;
        if (!at_digit())
            fail("expected a digit but found " + found());
        const char* const digits = p_;
        std::uint64_t magnitude = 0; // meaningful up to 19 digits
        if (*p_ == '0') {
            ++p_;
            if (at_digit())
                fail("a number must not start with 0");
        } else {
            for (; at_digit(); ++p_)
                magnitude = magnitude * 10 + static_cast<unsigned>(*p_ - '0');
        }
        if (p_ < end_ && (*p_ == '.' || *p_ == 'e' || *p_ == 'E'))
            return real(start);
        integer(start, digits, magnitude, negative);
    }

    void integer(const char* start, const char* digits, std::uint64_t magnitude, bool negative) {
        const auto length = p_ - digits;
        bool fits = length <= 19;
        if (length == 20 && *digits == '1') // a larger first digit is beyond 2^64 at once
            fits = magnitude >= 10'000'000'000'000'000'000u;
        if (negative && magnitude > std::uint64_t{1} << 63)
            fits = false;
        if (fits)
            return handler_.integer(negative, magnitude);
        if (!limits_.allow_big_integers) {
            p_ = start;
            fail("the integer does not fit into 64 bits and would be rounded");
        }
        handler_.big_integer({start, static_cast<std::size_t>(p_ - start)});
    }

    void real(const char* start) {
        bool extreme = p_ - start > 250; // digits alone can leave the range of doubles
        if (*p_ == '.') {
            ++p_;
            skip_digits();
        }
        if (p_ < end_ && (*p_ == 'e' || *p_ == 'E')) {
            ++p_;
            if (p_ < end_ && (*p_ == '+' || *p_ == '-'))
                ++p_;
            skip_digits();
            extreme = true;
        }
        if (!Handler::wants_values && !extreme)
            return;
        const auto value = parse_double({start, static_cast<std::size_t>(p_ - start)});
        if (!value) {
            p_ = start;
            fail("the number is too large for a 64-bit float");
        }
        handler_.real(*value);
    }

    void skip_digits() {
        if (!at_digit())
            fail("expected a digit but found " + found());
        while (at_digit())
            ++p_;
    }

    /// The byte at hand, for a message.
    [[nodiscard]] std::string found() const {
        const int c = peek();
        if (c < 0)
            return "the end of the input";
        if (c > 0x20 && c < 0x7f)
            return {'\'', static_cast<char>(c), '\''};
        constexpr std::string_view digits = "0123456789abcdef";
        return {'0', 'x', digits[static_cast<unsigned>(c) >> 4], digits[c & 15]};
    }

    [[noreturn, gnu::noinline, gnu::cold]] void
    fail(std::string why, ParseError::Reason reason = ParseError::Reason::syntax) const {
        if (reason == ParseError::Reason::syntax && p_ == end_)
            reason = ParseError::Reason::truncated;
        throw ParseError(position_in({begin_, static_cast<std::size_t>(end_ - begin_)},
                                     static_cast<std::size_t>(p_ - begin_)),
                         std::move(why), reason);
    }

    const char* const begin_;
    const char* const end_;
    const char* p_;
    Handler& handler_;
    const JsonLimits limits_;
    std::size_t depth_ = 0;
    std::array<std::uint64_t, json_depth_ceiling / 64 + 1> kinds_; // bit set: an object
};

template <class Handler>
void walk_json(std::string_view json, Handler& handler, const JsonLimits& limits = {}) {
    JsonWalk<Handler>(json, handler, limits).run();
}

} // namespace codec
