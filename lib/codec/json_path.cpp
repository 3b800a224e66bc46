#include "codec/json_path.hpp"

#include "codec/json_string.hpp"

#include <algorithm>
#include <charconv>

namespace codec {

namespace {

/// Goes through text that is taken to be valid: it finds where values end and no more.
class Cursor {
public:
    explicit Cursor(std::string_view json) : p_(json.data()), end_(p_ + json.size()) {}

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

bool same_key(std::string_view raw, std::string_view name) {
    if (raw.find('\\') == std::string_view::npos)
        return raw == name;
    std::string key;
    append_unescaped(key, raw);
    return key == name;
}

std::optional<std::string_view> find_member(Cursor& cursor, std::string_view name) {
    std::optional<std::string_view> found;
    do {
        cursor.skip_space();
        if (cursor.peek() != '"')
            break;
        const auto key = cursor.string();
        if (!cursor.take(':'))
            break;
        const auto content = cursor.value();
        if (same_key(key, name))
            found = content;
    } while (cursor.take(','));
    return found;
}

std::optional<std::string_view> find_element(Cursor& cursor, std::string_view step) {
    std::size_t index = 0;
    const auto end = step.data() + step.size();
    const auto parsed = std::from_chars(step.data(), end, index);
    if (parsed.ec != std::errc() || parsed.ptr != end)
        return std::nullopt;
    do {
        const auto content = cursor.value();
        if (content.empty())
            return std::nullopt; // an empty array
        if (index-- == 0)
            return content;
    } while (cursor.take(','));
    return std::nullopt;
}

} // namespace

std::optional<std::string_view> find(std::string_view json, std::string_view path) {
    auto value = std::optional(path.empty() ? Cursor(json).value() : json);
    for (bool more = !path.empty(); value && more;) {
        const auto dot = std::min(path.find('.'), path.size());
        const auto step = path.substr(0, dot);
        more = dot < path.size();
        path.remove_prefix(more ? dot + 1 : dot);
        Cursor cursor(*value);
        if (cursor.take('{'))
            value = find_member(cursor, step);
        else if (cursor.take('['))
            value = find_element(cursor, step);
        else
            value.reset();
    }
    return value;
}

std::string plain_text(std::string_view value) {
    if (value.size() < 2 || value.front() != '"')
        return std::string(value);
    std::string text;
    append_unescaped(text, value.substr(1, value.size() - 2));
    return text;
}

std::optional<std::string> find_text(std::string_view json, std::string_view path) {
    const auto value = find(json, path);
    if (!value)
        return std::nullopt;
    return plain_text(*value);
}

} // namespace codec
