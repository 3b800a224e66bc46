#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace codec {

struct CborLimits {
    std::size_t max_depth = 512; // open arrays and maps, at most cbor_depth_ceiling
};
inline constexpr std::size_t cbor_depth_ceiling = 1024;

/// The length of the CBOR item at the start of `bytes`; nothing when more bytes are needed. Used to
/// cut a CBOR sequence (RFC 8742). Reads every head and every text string and allocates nothing,
/// whatever sizes are declared. Starts over at each call: grow a buffer by a factor, not by a byte.
/// Throws ParseError with the offset for what no further byte can mend: not well-formed (RFC 8949
/// appendix F), a text string that is no UTF-8, nesting beyond the limit.
std::optional<std::size_t> cbor_item_length(std::string_view bytes, const CborLimits& limits = {});

/// Checks that `bytes` is exactly one item. Throws ParseError also when it is truncated or followed
/// by other bytes.
void validate_cbor(std::string_view bytes, const CborLimits& limits = {});

} // namespace codec
