#pragma once

#include <cstddef>
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

    /// The pattern in small letters.
    [[nodiscard]] std::string_view text() const noexcept { return pattern_; }
    /// What every match begins with, in small letters.
    [[nodiscard]] std::string_view prefix() const noexcept { return prefix_; }

    [[nodiscard]] bool begins(std::string_view name) const noexcept; // with `prefix`
    /// There are no wildcards, so that only `prefix` itself matches.
    [[nodiscard]] bool literal() const noexcept { return prefix_.size() == pattern_.size(); }

private:
    /// How many bytes of the name at `n` the one element of the pattern at `p` takes; 0: none.
    [[nodiscard]] std::size_t step_at(std::size_t p, std::string_view name,
                                      std::size_t n) const noexcept;
    /// Behind the element at `p`.
    [[nodiscard]] std::size_t next(std::size_t p) const noexcept;

    std::string pattern_; // in small letters
    std::string prefix_;
};

/// ASCII capitals as small letters.
std::string folded(std::string_view text);

/// Sorts names so that those a Glob with a prefix may match stand together; names that differ in
/// capitals only are neighbours.
struct NameOrder {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const noexcept;
};

} // namespace registry
