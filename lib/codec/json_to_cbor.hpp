#pragma once

#include "codec/json_scanner.hpp"

#include <string>
#include <string_view>

namespace codec {

/// Appends the CBOR form of a JSON text (RFC 8949 section 6.2): integers of 64 bits exact, other
/// numbers as 64-bit floats, definite lengths, members in the order of the text; of a repeated key
/// the last one stays. Throws ParseError where validate_json would; `out` is then as it was.
void append_cbor(std::string& out, std::string_view json, std::size_t max_depth = 512);

std::string json_to_cbor(std::string_view json);

} // namespace codec
