#include "codec/json_pretty.hpp"

#include "codec/json_scanner.hpp"
#include "codec/json_string.hpp"

#include <algorithm>

namespace codec {

namespace {

constexpr JsonLimits shown_as_it_is = {.allow_big_integers = true};
constexpr std::size_t deepest_indent = 32; // keeps hostile nesting from multiplying the output

/// The tokens of a valid JSON text.
class Tokens {
public:
    explicit Tokens(std::string_view json) : rest_(json) {}

    /// The next token: a bracket, a comma, a colon, a string with its quotes, or a word.
    std::string_view next() {
        const auto start = std::min(rest_.find_first_not_of(" \n\t\r"), rest_.size());
        rest_.remove_prefix(start);
        const auto token = rest_.substr(0, length());
        rest_.remove_prefix(token.size());
        return token;
    }

private:
    [[nodiscard]] std::size_t length() const {
        if (rest_.empty())
            return 0;
        if (std::string_view("{}[],:").find(rest_.front()) != std::string_view::npos)
            return 1;
        if (rest_.front() != '"')
            return std::min(rest_.find_first_of("{}[],: \n\t\r"), rest_.size());
        const char* const end = rest_.data() + rest_.size();
        const char* p = rest_.data() + 1;
        while ((p = skip_plain(p, end)) < end && *p != '"')
            p += *p == '\\' ? 2 : 1;
        return static_cast<std::size_t>(p - rest_.data()) + 1;
    }

    std::string_view rest_;
};

std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

class Printer {
public:
    Printer(std::string& out, const PrettyStyle& style, const PrettyLayout& layout)
        : out_(out), style_(style), layout_(layout), column_(layout.margin) {}

    void print(std::string_view json) {
        Tokens tokens(json);
        for (auto token = tokens.next(); !token.empty(); token = tokens.next())
            print_token(token, tokens);
    }

private:
    void print_token(std::string_view token, const Tokens& following) {
        switch (token.front()) {
        case '{':
        case '[':
            return open(token, following);
        case '}':
        case ']':
            return close(token);
        case ',':
            put(token);
            if (inline_)
                return put(" ");
            return new_line();
        case ':':
            return put(": ");
        default:
            return scalar(token, following);
        }
    }

    void open(std::string_view bracket, Tokens following) {
        put(bracket);
        inline_ = fits(following);
        if (inline_)
            return;
        ++depth_;
        new_line();
    }

    void close(std::string_view bracket) {
        if (!inline_) {
            --depth_;
            new_line();
        }
        inline_ = false; // a container on one line holds no other
        put(bracket);
    }

    void scalar(std::string_view token, Tokens following) {
        const char first = token.front();
        std::string_view colour = style_.number;
        if (first == '"')
            colour = following.next() == ":" ? style_.key : style_.string;
        else if (first == 't' || first == 'f' || first == 'n')
            colour = style_.literal;
        out_ += colour;
        const auto before = out_.size();
        append_shown(out_, token);
        column_ += columns_of(std::string_view(out_).substr(before));
        if (!colour.empty())
            out_ += style_.reset;
    }

    /// Tells whether the container whose first bracket has been printed can end on this line.
    [[nodiscard]] bool fits(Tokens following) const {
        auto column = column_;
        for (;;) {
            const auto token = following.next();
            if (token.empty() || token == "{" || token == "[")
                return false;
            column += token == "," || token == ":" ? 2 : columns_of(token);
            if (column > layout_.width)
                return false;
            if (token == "}" || token == "]")
                return true;
        }
    }

    void put(std::string_view text) {
        out_ += text;
        column_ += text.size();
    }

    void new_line() {
        column_ = layout_.margin + 2 * std::min(depth_, deepest_indent);
        out_.push_back('\n');
        out_.append(column_, ' ');
    }

    std::string& out_;
    const PrettyStyle& style_;
    const PrettyLayout& layout_;
    std::size_t column_;
    std::size_t depth_ = 0;
    bool inline_ = false;
};

} // namespace

void append_pretty(std::string& out, std::string_view json, const PrettyStyle& style,
                   const PrettyLayout& layout) {
    validate_json(json, shown_as_it_is);
    Printer(out, style, layout).print(json);
}

void append_minified(std::string& out, std::string_view json) {
    validate_json(json, shown_as_it_is);
    Tokens tokens(json);
    for (auto token = tokens.next(); !token.empty(); token = tokens.next())
        append_shown(out, token);
}

std::string pretty(std::string_view json, const PrettyStyle& style) {
    std::string text;
    append_pretty(text, json, style);
    return text;
}

std::string minify(std::string_view json) {
    std::string text;
    append_minified(text, json);
    return text;
}

} // namespace codec
