#include "codec/json_path.hpp"

#include "codec/json_cursor.hpp"
#include "codec/json_string.hpp"

#include <algorithm>
#include <charconv>

namespace codec {

namespace {

bool same_key(std::string_view raw, std::string_view name) {
    if (raw.find('\\') == std::string_view::npos)
        return raw == name;
    std::string key;
    append_unescaped(key, raw);
    return key == name;
}

std::optional<std::string_view> find_member(JsonCursor& cursor, std::string_view name) {
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

std::optional<std::string_view> find_element(JsonCursor& cursor, std::string_view step) {
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
    auto value = std::optional(path.empty() ? JsonCursor(json).value() : json);
    for (bool more = !path.empty(); value && more;) {
        const auto dot = std::min(path.find('.'), path.size());
        const auto step = path.substr(0, dot);
        more = dot < path.size();
        path.remove_prefix(more ? dot + 1 : dot);
        JsonCursor cursor(*value);
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
