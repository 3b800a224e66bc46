#pragma once

#include "codec/json_string.hpp"

#include <cstddef>
#include <string_view>

namespace codec {

/// Goes through text that is taken to be valid: it finds where values end and no more.
class JsonCursor {
public:
    explicit JsonCursor(std::string_view json) : p_(json.data()), end_(p_ + json.size()) {}

    [[nodiscard]] char peek() const { return p_ < end_ ? *p_ : '\0'; }

    bool take(char c) {
        skip_space();
        if (peek() != c || p_ == end_)
            return false;
        ++p_;
        return true;
    }

    void skip_space() {
        while (p_ < end_ && (*p_ == ' ' || *p_ == '\n' || *p_ == '\t' || *p_ == '\r'))
            ++p_;
    }

    /// The text between the quotes of the string that starts here.
    std::string_view string() {
        const char* const start = ++p_;
        for (;;) {
            p_ = skip_plain(p_, end_);
            if (p_ == end_)
                return {start, p_};
            if (*p_ == '"')
                return {start, p_++};
            p_ += *p_ == '\\' && end_ - p_ > 1 ? 2 : 1;
        }
    }

    /// The text of the value that starts here, which may be a container.
    std::string_view value() {
        skip_space();
        const char* const start = p_;
        std::size_t depth = 0;
        while (p_ < end_) {
            const char c = *p_;
            if (c == '"') {
                string();
            } else if (c == '{' || c == '[') {
                ++depth;
                ++p_;
                continue;
            } else if (c == '}' || c == ']') {
                if (depth == 0)
                    break;
                --depth;
                ++p_;
            } else if (c == ',' || c == ':' || c == ' ' || c == '\n' || c == '\t' || c == '\r') {
                if (depth == 0)
                    break;
                ++p_;
                continue;
            } else {
                word();
            }
            if (depth == 0)
                break;
        }
        return {start, p_};
    }

private:
    void word() {
        constexpr std::string_view ends = ",:]}[{\" \n\t\r";
        while (p_ < end_ && ends.find(*p_) == std::string_view::npos)
            ++p_;
    }

    const char* p_;
    const char* end_;
};

} // namespace codec
