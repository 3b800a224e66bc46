#pragma once

#include <string>
#include <string_view>

namespace codec {

/// How one JSON text is spelled; a parser sees no difference. What compares bytes, or people, do.
struct JsonStyle {
    bool blanks = false;       // one behind each ':' and ',', as Python's json module writes
    bool escape_slash = false; // "/" as \/
    bool ascii = false;        // all else than ASCII as \uXXXX

    friend constexpr bool operator==(const JsonStyle&, const JsonStyle&) = default;
};

/// Appends a valid JSON text spelled in this way: no other blanks, no escape that the style does
/// not ask for, characters that could steer a terminal escaped. Numbers stay as they are. Of text
/// that is not valid it makes some text, never a read beyond its end.
void append_styled(std::string& out, std::string_view json, const JsonStyle& style = {});

} // namespace codec
