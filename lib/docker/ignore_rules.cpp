#include "docker/ignore_rules.hpp"

#include "base/error.hpp"

#include <filesystem>
#include <string>

namespace docker {

namespace {

std::bitset<256> only(char c) {
    std::bitset<256> set;
    set.set(static_cast<unsigned char>(c));
    return set;
}

std::bitset<256> all_but_slash() {
    return ~only('/');
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\v\f");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t\r\v\f") - first + 1);
}

/// Reads "a-z]" behind its bracket; gives the number of characters read, 0 without an end.
std::size_t read_set(std::string_view text, std::bitset<256>& set) {
    std::size_t i = 0;
    const bool inverted = text.starts_with('^');
    i += inverted ? 1 : 0;
    const auto next = [&] {
        return static_cast<unsigned char>(text[i += text[i] == '\\' ? 1 : 0]);
    };
    for (const std::size_t first = i; i < text.size() && (text[i] != ']' || i == first); ++i) {
        if (text[i] == '\\' && i + 1 == text.size())
            return 0;
        const unsigned from = next();
        unsigned to = from;
        if (i + 2 < text.size() && text[i + 1] == '-' && text[i + 2] != ']') {
            i += 2;
            if (text[i] == '\\' && i + 1 == text.size())
                return 0;
            to = next();
        }
        for (unsigned c = from; c <= to; ++c)
            set.set(c);
    }
    if (inverted)
        set.flip();
    set.reset('/');
    return i < text.size() ? i + 1 : 0;
}

} // namespace

IgnoreRules::IgnoreRules(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    for (std::size_t line = 1; !text.empty(); ++line) {
        const auto end = std::min(text.find('\n'), text.size());
        auto pattern = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pattern.starts_with('#'))
            continue;
        pattern = trimmed(pattern);
        const bool takes_in = pattern.starts_with('!');
        if (takes_in)
            pattern = trimmed(pattern.substr(1));
        if (pattern.empty())
            continue;
        Rule rule = parse(pattern, line);
        rule.takes_in = takes_in;
        has_exceptions_ = has_exceptions_ || takes_in;
        if (!rule.tokens.empty())
            rules_.push_back(std::move(rule));
    }
}

IgnoreRules::Rule IgnoreRules::parse(std::string_view pattern, std::size_t line) {
    std::string clean = std::filesystem::path{pattern}.lexically_normal();
    while (clean.ends_with('/'))
        clean.pop_back();
    std::string_view rest = clean;
    while (rest.starts_with('/'))
        rest.remove_prefix(1);
    if (rest == ".")
        rest = {};
    Rule rule;
    while (!rest.empty()) {
        std::size_t used = 1;
        Token token{Kind::one_of, {}};
        if (rest.starts_with("**/")) {
            token.kind = Kind::any_folders;
            used = 3;
        } else if (rest.starts_with("**")) {
            token.kind = Kind::anything;
            used = 2;
        } else if (rest.front() == '*') {
            token.kind = Kind::star;
        } else if (rest.front() == '?') {
            token.set = all_but_slash();
        } else if (rest.front() == '[') {
            used += read_set(rest.substr(1), token.set);
            if (used == 1)
                throw base::Error(base::ErrorKind::data, ".dockerignore:" + std::to_string(line),
                                  "a set in brackets has no end");
        } else {
            const bool escaped = rest.front() == '\\' && rest.size() > 1;
            token.set = only(rest[escaped ? 1 : 0]);
            used = escaped ? 2 : 1;
        }
        rule.tokens.push_back(token);
        rest.remove_prefix(used);
    }
    return rule;
}

/// Follows all ways through the pattern at once, so that no pattern is slow.
bool IgnoreRules::matches(const std::vector<Token>& tokens, std::string_view path) {
    std::vector<bool> at(tokens.size() + 1); // the tokens before this one have matched
    std::vector<bool> then(at.size());
    const auto pass_empty = [&tokens](std::vector<bool>& states) {
        for (std::size_t i = 0; i < tokens.size(); ++i)
            if (states[i] && tokens[i].kind != Kind::one_of)
                states[i + 1] = true;
    };
    // any_folders may end only where it began or behind a slash, so it is left by a state of its
    // own: here it is entered and stays, below it is left.
    at[0] = true;
    pass_empty(at);
    std::vector<bool> inside(tokens.size()); // an any_folders token that has read something
    for (std::size_t p = 0; p < path.size(); ++p) {
        const char c = path[p];
        if (c == '/' && at.back())
            return true; // the folder matches
        then.assign(then.size(), false);
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            const Kind kind = tokens[i].kind;
            if (kind == Kind::any_folders) {
                inside[i] = inside[i] || at[i];
                then[i + 1] = then[i + 1] || (inside[i] && c == '/');
            } else if (at[i] && kind == Kind::one_of) {
                if (tokens[i].set.test(static_cast<unsigned char>(c)))
                    then[i + 1] = true;
            } else if (at[i] && (kind == Kind::anything || c != '/')) {
                then[i] = true;
            }
        }
        pass_empty(then);
        std::swap(at, then);
    }
    return at.back();
}

bool IgnoreRules::ignores(std::string_view path) const {
    bool ignored = false;
    for (const Rule& rule : rules_)
        if (ignored == rule.takes_in && matches(rule.tokens, path))
            ignored = !rule.takes_in;
    return ignored;
}

} // namespace docker
