#include "codec/json_to_cbor.hpp"

#include "codec/cbor_builder.hpp"
#include "codec/json_walk.hpp"

namespace codec {

void append_cbor(std::string& out, std::string_view json, std::size_t max_depth) {
    const auto before = out.size();
    try {
        CborBuilder builder(out);
        walk_json(json, builder, {.max_depth = max_depth});
    } catch (...) {
        out.resize(before);
        throw;
    }
}

std::string json_to_cbor(std::string_view json) {
    std::string cbor;
    append_cbor(cbor, json);
    return cbor;
}

} // namespace codec
