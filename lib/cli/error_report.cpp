#include "cli/error_report.hpp"

#include "base/printable.hpp"
#include "cli/redact.hpp"

#include <cstdlib>

namespace cli {

namespace {

/// Long enough for any error of ours; what a peer says is cut by whoever quotes it.
constexpr std::size_t longest_part = 2000;

std::string shown(std::string_view text) {
    return base::printable_start(redacted(text), longest_part);
}

/// Printable text holds no control characters and is UTF-8: only two characters are left to escape.
std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (const char letter : shown(text)) {
        if (letter == '"' || letter == '\\')
            out += '\\';
        out += letter;
    }
    return out + '"';
}

std::string output_member(const base::Error& error) {
    std::string text;
    for (const std::string& line : error.output())
        text += (text.empty() ? R"(,"output":[)" : ",") + json_string(line);
    return text.empty() ? text : text + ']';
}

std::string json_object(std::string_view tool, const base::Error& error) {
    const auto code = exit_code_of(error.kind());
    return R"({"error":{"tool":)" + json_string(tool) + R"(,"code":)" + json_string(name_of(code)) +
           R"(,"exit":)" + std::to_string(static_cast<int>(code)) + R"(,"what":)" +
           json_string(error.subject()) + R"(,"why":)" + json_string(error.why()) + R"(,"hint":)" +
           json_string(error.hint()) + output_member(error) + "}}";
}

std::string indented(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines)
        text += "  " + shown(line) + '\n';
    return text;
}

bool is_json(std::string_view format) {
    return format == "json" || format == "ndjson";
}

} // namespace

std::string error_text(std::string_view tool, const base::Error& error, bool json) {
    if (json)
        return json_object(tool, error);
    return indented(error.output()) + std::string{tool} + ": " + shown(error.what());
}

bool wants_json_errors(std::span<const std::string> words) {
    const char* const variable = std::getenv("BAND_OUTPUT");
    bool json = variable != nullptr && is_json(variable);
    for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
        const std::string_view word = words[i];
        if (word == "-j" || word == "--json")
            return true;
        if (word.starts_with("--output="))
            json = is_json(word.substr(9));
        else if (word.starts_with("-o") && word.size() > 2)
            json = is_json(word.substr(2));
        else if ((word == "-o" || word == "--output") && i + 1 < words.size())
            json = is_json(words[++i]);
    }
    return json;
}

} // namespace cli
