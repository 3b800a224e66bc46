#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace codec {

/// The text of the value at `path` in a valid JSON text, or nothing: member names and array
/// indexes joined by dots, "items.0.name"; the empty path is the whole document. A name that holds
/// a dot cannot be reached. Of a repeated key the last one counts, as in json_to_cbor. Reads the
/// text once, without a tree. The view points into `json`. Text that is not valid JSON gives
/// nothing or a part of it, never a read beyond its end.
std::optional<std::string_view> find(std::string_view json, std::string_view path);

/// The value as a person writes it: a string without quotes and escapes, anything else as it is.
std::string plain_text(std::string_view value);

/// plain_text of the value at `path`.
std::optional<std::string> find_text(std::string_view json, std::string_view path);

} // namespace codec
