#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace codec {

/// Writes one JSON text at the end of a string that it does not own. Commas are set by themselves;
/// that every key has a value and every container its end is the caller's part.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) noexcept : out_(out), start_(out.size()) {}

    void begin_object() { open('{'); }
    void end_object() { out_.push_back('}'); }
    void begin_array() { open('['); }
    void end_array() { out_.push_back(']'); }

    void key(std::string_view name);

    /// A string; invalid UTF-8 becomes U+FFFD, characters that could steer a terminal are escaped.
    void value(std::string_view text);
    void value(const char* text) { value(std::string_view(text)); }
    /// The shortest text that reads back the same, always a float (1.0); NaN, infinity are null.
    void value(double number);
    void value(bool truth) { raw(truth ? "true" : "false"); }
    void value(std::signed_integral auto number) { integer(number); }
    void value(std::unsigned_integral auto number) { unsigned_integer(number); }
    void null() { raw("null"); }

    /// A value that is JSON text already, copied as it is.
    void raw(std::string_view json);

    template <class Value> void member(std::string_view name, const Value& content) {
        key(name);
        value(content);
    }

    /// Writes the next value, of any kind, as a key: what is no string is wrapped in quotes. Used
    /// as `const auto mark = begin_key(); …one value…; end_key(mark);`.
    [[nodiscard]] std::size_t begin_key();
    void end_key(std::size_t mark);

private:
    void open(char bracket);
    void integer(std::int64_t number);
    void unsigned_integer(std::uint64_t number);
    /// No finished value ends in one of these, so the last character tells whether one precedes.
    void separate() {
        if (out_.size() == start_)
            return;
        const char last = out_.back();
        if (last != '{' && last != '[' && last != ':' && last != ',')
            out_.push_back(',');
    }

    std::string& out_;
    std::size_t start_;
};

} // namespace codec
