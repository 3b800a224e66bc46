#pragma once

#include "codec/cbor_item.hpp"

#include <string>
#include <string_view>

namespace codec {

/// Appends the JSON text of one CBOR item (RFC 8949 section 6.1), on one line, in one pass without
/// a tree. What JSON has no word for is said so:
/// - a byte string is base64url text without padding; inside tags 22 and 23 it is base64 or base16;
/// - a big integer (tag 2, 3) is an integer with all its digits, of any size up to 1 KiB of bytes;
/// - any other tag is left out, its content stays;
/// - undefined, simple values, NaN and the infinities are null;
/// - a map key that is no string is its JSON text in quotes: {1: 2} is {"1":2}; keys inside such
///   keys may go 4 levels deep, as each level doubles the escapes;
/// - floats of 16, 32 and 64 bits are the shortest text of the same double, with a point or
/// exponent;
/// - an integer below -2^63 has all its digits, too; a repeated key is repeated.
/// Indefinite lengths are read. Throws ParseError with the offset for anything that validate_cbor
/// refuses; `out` is then as it was.
void append_json(std::string& out, std::string_view cbor, const CborLimits& limits = {});

std::string cbor_to_json(std::string_view cbor);

} // namespace codec
