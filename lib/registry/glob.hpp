#pragma once

#include <string>
#include <string_view>

namespace registry {

/// A pattern of service names: `*` any text, `?` one character, `[abc]`, `[a-z]`, `[!a]` one of
/// these; all else, `%` and `_` included, means itself. It is about the whole name and does not
/// tell ASCII capitals from small letters (WIRE.md 5). Characters are those of UTF-8.
class Glob {
public:
    explicit Glob(std::string_view pattern);

    /// Never throws; at most length of the name times length of the pattern steps.
    [[nodiscard]] bool matches(std::string_view name) const noexcept;

    /// What every match begins with, in small letters.
    [[nodiscard]] std::string_view prefix() const noexcept { return prefix_; }
    /// No wildcards: only `prefix` itself matches.
    [[nodiscard]] bool literal() const noexcept { return prefix_.size() == pattern_.size(); }
    /// `prefix*`: whatever begins with `prefix` matches.
    [[nodiscard]] bool prefix_only() const noexcept;

private:
    std::string pattern_; // in small letters
    std::string prefix_;
};

/// ASCII capitals as small letters.
std::string folded(std::string_view text);

} // namespace registry
