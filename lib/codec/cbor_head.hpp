#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace codec {

/// One step of a CBOR item: a scalar, or the start or end of a container.
struct CborHead {
    enum class Kind {
        unsigned_integer,
        negative_integer, // -1 - number
        bytes,
        text,
        chunked_bytes, // chunks of its kind follow, then an end
        chunked_text,
        array,
        map,
        endless_array,
        endless_map,
        tag,
        boolean,
        real,
        null, // also undefined and simple values
        end,
    };

    Kind kind = Kind::null;
    std::uint64_t number = 0; // value, size of a container, number of a tag
    double real = 0;
    std::string_view string = {}; // points into the input
};

/// Reads the head at the start of `cbor`, which must be well-formed, and takes it off.
CborHead read_cbor_head(std::string_view& cbor);

} // namespace codec
