#include "codec/cbor_to_json.hpp"
#include "codec/json_bulk.hpp"
#include "codec/json_path.hpp"
#include "codec/json_pretty.hpp"
#include "codec/json_to_cbor.hpp"
#include "codec/parse_error.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool condition) {
    if (!condition)
        std::abort();
}

bool accepts(auto check) {
    try {
        check();
        return true;
    } catch (const codec::ParseError&) {
        return false;
    }
}

} // namespace

/// The scanner and simdjson agree on what is valid and on its CBOR; going there and back twice
/// changes nothing; what walks over unchecked text stays inside it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto bulk = codec::JsonBulk::load(CODEC_MODULE);
    require(bulk->accelerated());
    const std::string_view json(reinterpret_cast<const char*>(data), size);

    static_cast<void>(codec::find_text(json, "a.0"));
    static_cast<void>(codec::find_text(json, ""));
    std::string cbor;
    std::string by_module;
    const bool valid = accepts([&] { codec::append_cbor(cbor, json); });
    require(accepts([&] { bulk->validate(json); }) == valid);
    require(accepts([&] { bulk->to_cbor(json, by_module); }) == valid);
    require(cbor == by_module);
    require(accepts([&] { static_cast<void>(codec::find_duplicate_key(json)); }) == valid);
    if (!valid)
        return 0;
    const auto back = codec::cbor_to_json(cbor);
    require(codec::json_to_cbor(back) == cbor);
    require(codec::json_to_cbor(codec::pretty(json)) == cbor);
    require(codec::json_to_cbor(codec::minify(json)) == cbor);
    require(codec::cbor_to_json(codec::json_to_cbor(codec::minify(back))) == back);
    return 0;
}
