#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace codec {

/// The largest depth limit that can be asked for.
inline constexpr std::size_t json_depth_ceiling = 1023;

struct JsonLimits {
    std::size_t max_depth = 512;     // open containers, at most json_depth_ceiling
    bool allow_big_integers = false; // integers beyond 64 bits pass; nobody here rounds them
};

/// Checks that `json` is one JSON text of RFC 8259 and nothing else. Stricter than the RFC asks
/// for, since a payload must mean the same to every reader: no byte order mark, no \u escape of
/// half a surrogate pair, no integer beyond 64 bits, no number beyond the range of doubles.
/// Throws ParseError with the exact place.
void validate_json(std::string_view json, const JsonLimits& limits = {});

struct DuplicateKey {
    std::string key;    // unescaped
    std::size_t offset; // of the second one's text
};

/// Checks as validate_json does, and finds an object that holds the same key twice (the first such
/// object to be closed). Both spellings of a character, plain and escaped, are the same key.
std::optional<DuplicateKey> find_duplicate_key(std::string_view json,
                                               const JsonLimits& limits = {});

} // namespace codec
