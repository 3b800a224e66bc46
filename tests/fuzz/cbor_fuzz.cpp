#include "codec/cbor_item.hpp"
#include "codec/cbor_to_json.hpp"
#include "codec/json_scanner.hpp"
#include "codec/parse_error.hpp"

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

void require(bool condition) {
    if (!condition)
        std::abort();
}

} // namespace

/// Whatever is decoded is valid JSON, and the length of the item is the same whether it is asked
/// for or found by decoding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view cbor(reinterpret_cast<const char*>(data), size);
    std::optional<std::size_t> length;
    bool malformed = false;
    try {
        length = codec::cbor_item_length(cbor);
    } catch (const codec::ParseError& error) {
        malformed = true;
        require(error.offset() < size);
    }
    if (length) {
        require(*length > 0 && *length <= size);
        cbor = cbor.substr(0, *length);
        require(!codec::cbor_item_length(cbor.substr(0, *length - 1)));
    }
    std::string json;
    try {
        json = codec::cbor_to_json(cbor);
    } catch (const codec::ParseError& error) {
        require(error.truncated() == (!length && !malformed));
        return 0;
    }
    require(length.has_value());
    // Each key inside a key may add a level to the text only within quotes.
    codec::validate_json(json, {.allow_big_integers = true});
    return 0;
}
