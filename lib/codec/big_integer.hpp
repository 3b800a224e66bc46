#pragma once

#include <string>
#include <string_view>

namespace codec {

/// Appends -1 - n (when `negative`) or n in decimal, n being `bytes` read as one big-endian number
/// (the content of CBOR tags 3 and 2, RFC 8949 section 3.4.3). Quadratic in the size.
void append_big_integer(std::string& out, std::string_view bytes, bool negative);

} // namespace codec
