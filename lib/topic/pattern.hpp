#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace topic {

/// A compiled AMQP topic pattern (AMQP 0-9-1, section 3.1.3.3): words split by '.', '*' stands for
/// exactly one word, '#' for zero or more.
class Pattern {
public:
    /// Any text is a pattern; a word like "a*" has no special meaning.
    explicit Pattern(std::string_view text);

    /// Never throws or allocates; linear in the key's length for patterns with at most one '#'.
    [[nodiscard]] bool matches(std::string_view routing_key) const noexcept;

    /// Tells whether some key "HEAD.word" could match: which command streams to look into.
    [[nodiscard]] bool matches_below(std::string_view head) const noexcept;

    /// The one key that the pattern stands for when it has no wildcard.
    [[nodiscard]] std::optional<std::string_view> literal() const noexcept;

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    enum class Token : char { word, star, hash };
    struct Element {
        Token token;
        std::string word;
    };

    bool matches_words(std::string_view key, bool free_last_word) const noexcept;

    std::string text_;
    std::vector<Element> elements_;
    bool everything_ = false;
    bool wildcard_ = false;
};

/// True when any of the patterns matches.
bool any_matches(const std::vector<Pattern>& patterns, std::string_view routing_key) noexcept;

/// The patterns that a user gave. Throws Error(usage) for a wildcard inside a word, as in "Order*":
/// AMQP gives it no meaning there, and a pattern that silently matches nothing helps nobody.
std::vector<Pattern> compile(const std::vector<std::string>& texts);

} // namespace topic
