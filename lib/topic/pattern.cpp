#include "topic/pattern.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"

#include <algorithm>

namespace topic {

namespace {

/// Steps through the words of a routing key without copying it. After the last word of a key whose
/// last word is free there comes one more, which every element but a missing one accepts.
class Words {
public:
    Words(std::string_view key, bool free_last_word) : rest_(key), free_left_(free_last_word) {}

    [[nodiscard]] bool at_end() const { return done_ && !free_left_; }
    [[nodiscard]] bool is_free() const { return done_ && free_left_; }
    [[nodiscard]] std::string_view word() const { return rest_.substr(0, rest_.find('.')); }

    void step() {
        if (done_) {
            free_left_ = false;
            return;
        }
        const auto dot = rest_.find('.');
        if (dot == std::string_view::npos)
            done_ = true;
        else
            rest_.remove_prefix(dot + 1);
    }

private:
    std::string_view rest_;
    bool done_ = false;
    bool free_left_;
};

} // namespace

Pattern::Pattern(std::string_view text) : text_(text) {
    for (std::string_view rest = text;;) {
        const auto dot = rest.find('.');
        const std::string_view word = rest.substr(0, dot);
        const Token token = word == "*" ? Token::star : word == "#" ? Token::hash : Token::word;
        // "#.#" means what "#" means; without the second one a match needs no backtracking for it.
        const bool repeated =
            token == Token::hash && !elements_.empty() && elements_.back().token == Token::hash;
        if (!repeated)
            elements_.push_back({token, std::string(word)});
        wildcard_ = wildcard_ || token != Token::word;
        if (dot == std::string_view::npos)
            break;
        rest.remove_prefix(dot + 1);
    }
    everything_ = elements_.size() == 1 && elements_.front().token == Token::hash;
}

bool Pattern::matches(std::string_view routing_key) const noexcept {
    if (everything_)
        return true;
    return wildcard_ ? matches_words(routing_key, false) : routing_key == text_;
}

bool Pattern::matches_below(std::string_view head) const noexcept {
    return everything_ || matches_words(head, true);
}

// Like a shell glob: on a mismatch the last '#' takes one word more. Earlier ones need no second
// look, since the last one can take whatever they could have given up.
bool Pattern::matches_words(std::string_view key, bool free_last_word) const noexcept {
    Words words{key, free_last_word};
    Words retry_words = words;
    std::size_t at = 0;
    std::size_t retry_at = elements_.size();
    bool can_retry = false;
    while (true) {
        if (at < elements_.size() && elements_[at].token == Token::hash) {
            can_retry = true;
            retry_at = ++at;
            retry_words = words;
            continue;
        }
        if (words.at_end()) {
            if (at == elements_.size())
                return true;
        } else if (at < elements_.size() &&
                   (elements_[at].token == Token::star || words.is_free() ||
                    elements_[at].word == words.word())) {
            ++at;
            words.step();
            continue;
        }
        if (!can_retry || retry_words.at_end())
            return false;
        retry_words.step();
        words = retry_words;
        at = retry_at;
    }
}

std::optional<std::string_view> Pattern::literal() const noexcept {
    return wildcard_ ? std::nullopt : std::optional<std::string_view>{text_};
}

bool any_matches(const std::vector<Pattern>& patterns, std::string_view routing_key) noexcept {
    return std::ranges::any_of(
        patterns, [&](const Pattern& pattern) { return pattern.matches(routing_key); });
}

std::vector<Pattern> compile(const std::vector<std::string>& texts) {
    for (const std::string& text : texts)
        for (std::size_t at = 0; (at = text.find_first_of("*#", at)) != std::string::npos; ++at) {
            const bool whole_word =
                (at == 0 || text[at - 1] == '.') && (at + 1 == text.size() || text[at + 1] == '.');
            if (!whole_word)
                throw base::Error(base::ErrorKind::usage, "pattern " + base::quoted(text),
                                  "a wildcard stands for whole words between dots",
                                  "use # for everything, or order.* for order.placed");
        }
    return {texts.begin(), texts.end()};
}

} // namespace topic
