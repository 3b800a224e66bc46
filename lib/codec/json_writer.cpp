#include "codec/json_writer.hpp"

#include "codec/json_number.hpp"
#include "codec/json_string.hpp"

#include <charconv>

namespace codec {

namespace {

void append_integer(std::string& out, auto number) {
    char digits[24];
    const char* const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

} // namespace

void JsonWriter::open(char bracket) {
    separate();
    out_.push_back(bracket);
}

void JsonWriter::key(std::string_view name) {
    separate();
    append_quoted(out_, name);
    out_.push_back(':');
}

void JsonWriter::value(std::string_view text) {
    separate();
    append_quoted(out_, text);
}

void JsonWriter::value(double number) {
    separate();
    append_double(out_, number);
}

void JsonWriter::integer(std::int64_t number) {
    separate();
    append_integer(out_, number);
}

void JsonWriter::unsigned_integer(std::uint64_t number) {
    separate();
    append_integer(out_, number);
}

void JsonWriter::raw(std::string_view json) {
    separate();
    out_ += json;
}

std::size_t JsonWriter::begin_key() {
    separate();
    return out_.size();
}

void JsonWriter::end_key(std::size_t mark) {
    if (out_[mark] != '"') {
        const std::string text = out_.substr(mark);
        out_.resize(mark);
        append_quoted(out_, text);
    }
    out_.push_back(':');
}

} // namespace codec
