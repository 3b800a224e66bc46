#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace redis {

/// One RESP2 reply as a tree of values. Owns its text.
struct Reply {
    enum class Type : std::uint8_t { nil, integer, status, string, error, array };

    Type type = Type::nil;
    long long integer = 0;
    std::string text;
    std::vector<Reply> elements;

    [[nodiscard]] bool is_nil() const { return type == Type::nil; }
    [[nodiscard]] bool is_error() const { return type == Type::error; }
    [[nodiscard]] bool is_array() const { return type == Type::array; }
    [[nodiscard]] std::size_t size() const { return elements.size(); }

    /// The element at `index` or, beyond the end, a nil: a short reply reads as missing values.
    [[nodiscard]] const Reply& at(std::size_t index) const;

    /// In a flat array of keys and values (XINFO, CONFIG GET): the value behind `key`, or nil.
    [[nodiscard]] const Reply& value_of(std::string_view key) const;

    /// The integer, also where the server sends it as text; 0 for anything else.
    [[nodiscard]] long long as_integer() const;
};

} // namespace redis
