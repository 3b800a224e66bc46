#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace docker {

/// The rules of a .dockerignore file: one pattern a line, of which the last that matches decides;
/// "!" before one takes files back in, "#" begins a comment. `*` and `?` stop at slashes, `**` does
/// not, `[a-z]` and `[^a-z]` are sets, and a backslash takes the next character as it is. A pattern
/// that matches a folder matches all that is in it. Source: docs.docker.com, "Build context",
/// .dockerignore files.
class IgnoreRules {
public:
    /// Throws Error(data) with the line's number for a set without an end.
    explicit IgnoreRules(std::string_view text);

    /// `path` is relative to the context, without "./" and with single slashes.
    [[nodiscard]] bool ignores(std::string_view path) const;

    /// Tells whether something in an ignored folder may still be taken back in.
    [[nodiscard]] bool has_exceptions() const noexcept { return has_exceptions_; }

private:
    enum class Kind : std::uint8_t {
        one_of,      // a character
        star,        // any number of characters but slashes
        anything,    // any number of any characters
        any_folders, // nothing, or any characters up to a slash
    };
    struct Token {
        Kind kind;
        std::bitset<256> set; // of one_of
    };
    struct Rule {
        std::vector<Token> tokens;
        bool takes_in = false;
    };

    static Rule parse(std::string_view pattern, std::size_t line);
    static bool matches(const std::vector<Token>& tokens, std::string_view path);

    std::vector<Rule> rules_;
    bool has_exceptions_ = false;
};

} // namespace docker
