#include "director/snake_case.hpp"

#include "codec/json_handler.hpp"
#include "codec/json_string.hpp"
#include "codec/json_walk.hpp"
#include "codec/json_writer.hpp"

#include <algorithm>

namespace director {

namespace {

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

bool is_lower_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// Copies what it is told of, with other keys.
class KeyWriter : public codec::NullHandler {
public:
    static constexpr bool wants_values = true;

    explicit KeyWriter(std::string& out) : out_(out) {}

    void begin_object() { out_.begin_object(); }
    void end_object() { out_.end_object(); }
    void begin_array() { out_.begin_array(); }
    void end_array() { out_.end_array(); }
    void key(std::string_view raw, bool /*escaped*/) {
        text_.clear();
        codec::append_unescaped(text_, raw);
        out_.key(snake_case(text_));
    }
    void string(std::string_view raw, bool /*escaped*/) {
        text_.clear();
        codec::append_unescaped(text_, raw);
        out_.value(std::string_view(text_));
    }
    void integer(bool negative, std::uint64_t magnitude) {
        out_.raw((negative ? "-" : "") + std::to_string(magnitude));
    }
    void big_integer(std::string_view digits) { out_.raw(digits); }
    void real(double number) { out_.value(number); }
    void boolean(bool truth) { out_.value(truth); }
    void null() { out_.null(); }

private:
    codec::JsonWriter out_;
    std::string text_;
};

} // namespace

std::string snake_case(std::string_view name) {
    if (std::ranges::none_of(name, [](char c) { return c >= 'a' && c <= 'z'; }))
        return std::string(name); // a variable
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        if (c == '-') {
            out += '_';
            continue;
        }
        const bool word_begins =
            is_upper(c) && i > 0 &&
            (is_lower_or_digit(name[i - 1]) ||
             (is_upper(name[i - 1]) && i + 1 < name.size() && is_lower_or_digit(name[i + 1]) &&
              !(name[i + 1] >= '0' && name[i + 1] <= '9')));
        if (word_begins)
            out += '_';
        out += is_upper(c) ? static_cast<char>(c | 0x20) : c;
    }
    return out;
}

std::string with_snake_case_keys(std::string_view json) {
    std::string out;
    KeyWriter writer{out};
    codec::walk_json(json, writer, {.allow_big_integers = true});
    return out;
}

} // namespace director
