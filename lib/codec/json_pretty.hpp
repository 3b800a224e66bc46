#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace codec {

/// What is written before each kind of token, and `reset` behind it; all empty: no colour. The
/// views must outlive the call.
struct PrettyStyle {
    std::string_view key;
    std::string_view string;
    std::string_view number;
    std::string_view literal; // true, false, null
    std::string_view reset;
};

struct PrettyLayout {
    std::size_t width = 80; // columns that a container on one line may take
    std::size_t margin = 0; // blanks before every line but the first
};

/// Appends `json`, indented by 2 blanks a level (up to 32 levels). A container that holds no other
/// and fits stays on one line. Characters that could steer a terminal are shown as \u escapes.
/// Numbers, keys and their order stay as they are. No newline at the end. Throws ParseError.
void append_pretty(std::string& out, std::string_view json, const PrettyStyle& style = {},
                   const PrettyLayout& layout = {});

/// Appends `json` without any blank between the tokens, steering characters escaped: the same
/// document to a parser, on one line, harmless on a terminal. Throws ParseError.
void append_minified(std::string& out, std::string_view json);

std::string pretty(std::string_view json, const PrettyStyle& style = {});
std::string minify(std::string_view json);

} // namespace codec
