#include "cli/record_template.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "codec/json_path.hpp"

namespace cli {

namespace {

using base::Error;
using base::ErrorKind;

char escaped(char letter) {
    switch (letter) {
    case 't':
        return '\t';
    case 'n':
        return '\n';
    case '\\':
        return '\\';
    default:
        return 0;
    }
}

} // namespace

RecordTemplate::RecordTemplate(std::string_view text) {
    std::string literal;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        if (text[i] == '\\' && escaped(next) != 0) {
            literal += escaped(next);
            ++i;
        } else if ((text[i] == '{' || text[i] == '}') && next == text[i]) {
            literal += next;
            ++i;
        } else if (text[i] == '}') {
            throw Error(ErrorKind::usage, "", "a } has no {", "a brace itself is written }}");
        } else if (text[i] == '{') {
            const auto end = text.find('}', i);
            if (end == std::string_view::npos)
                throw Error(ErrorKind::usage, "", "a { has no }", "a brace itself is written {{");
            parts_.push_back({false, std::move(literal)});
            literal.clear();
            parts_.push_back({true, std::string{text.substr(i + 1, end - i - 1)}});
            i = end;
        } else {
            literal += text[i];
        }
    }
    parts_.push_back({false, std::move(literal)});
}

std::string RecordTemplate::fill(std::string_view json, bool for_terminal) const {
    std::string out;
    for (const Part& part : parts_) {
        if (!part.is_path) {
            out += part.text;
            continue;
        }
        const auto value = codec::find(json, part.text);
        if (!value || *value == "null")
            continue;
        const auto text = codec::plain_text(*value);
        out += for_terminal ? base::printable(text) : text;
    }
    return out;
}

} // namespace cli
