#include "codec/cbor_head.hpp"

#include "codec/parse_error.hpp"

#include <cbor.h>

namespace codec {

namespace {

using Kind = CborHead::Kind;

CborHead& head_of(void* context) {
    return *static_cast<CborHead*>(context);
}

template <Kind kind> void on_plain(void* context) {
    head_of(context).kind = kind;
}

template <Kind kind, class Number> void on_number(void* context, Number number) {
    head_of(context).kind = kind;
    head_of(context).number = number;
}

template <Kind kind> void on_string(void* context, cbor_data data, std::size_t size) {
    head_of(context).kind = kind;
    head_of(context).string = {reinterpret_cast<const char*>(data), size};
}

template <class Real> void on_real(void* context, Real value) {
    head_of(context).kind = Kind::real;
    head_of(context).real = static_cast<double>(value);
}

constexpr cbor_callbacks callbacks = {
    .uint8 = on_number<Kind::unsigned_integer, std::uint8_t>,
    .uint16 = on_number<Kind::unsigned_integer, std::uint16_t>,
    .uint32 = on_number<Kind::unsigned_integer, std::uint32_t>,
    .uint64 = on_number<Kind::unsigned_integer, std::uint64_t>,
    .negint64 = on_number<Kind::negative_integer, std::uint64_t>,
    .negint32 = on_number<Kind::negative_integer, std::uint32_t>,
    .negint16 = on_number<Kind::negative_integer, std::uint16_t>,
    .negint8 = on_number<Kind::negative_integer, std::uint8_t>,
    .byte_string_start = on_plain<Kind::chunked_bytes>,
    .byte_string = on_string<Kind::bytes>,
    .string = on_string<Kind::text>,
    .string_start = on_plain<Kind::chunked_text>,
    .indef_array_start = on_plain<Kind::endless_array>,
    .array_start = on_number<Kind::array, std::size_t>,
    .indef_map_start = on_plain<Kind::endless_map>,
    .map_start = on_number<Kind::map, std::size_t>,
    .tag = on_number<Kind::tag, std::uint64_t>,
    .float2 = on_real<float>,
    .float4 = on_real<float>,
    .float8 = on_real<double>,
    .undefined = on_plain<Kind::null>,
    .null = on_plain<Kind::null>,
    .boolean =
        [](void* context, bool value) {
            head_of(context).kind = Kind::boolean;
            head_of(context).number = value;
        },
    .indef_break = on_plain<Kind::end>,
};

} // namespace

CborHead read_cbor_head(std::string_view& cbor) {
    CborHead head;
    const auto initial = static_cast<unsigned char>(cbor.front());
    // libcbor 0.8 takes tags 6 to 20 and all unassigned simple values for errors.
    const bool small_tag = initial >= 0xc0 && initial < 0xd8;
    const bool simple = initial >= 0xe0 && initial < 0xf4;
    if (small_tag || simple || initial == 0xf8) {
        head.kind = small_tag ? Kind::tag : Kind::null;
        head.number = initial & 0x1f;
        cbor.remove_prefix(initial == 0xf8 ? 2 : 1);
        return head;
    }
    const auto result = cbor_stream_decode(reinterpret_cast<cbor_data>(cbor.data()), cbor.size(),
                                           &callbacks, &head);
    if (result.status != CBOR_DECODER_FINISHED || result.read == 0)
        throw base::Error(base::ErrorKind::internal, "cbor",
                          "libcbor refuses an item that is well-formed");
    cbor.remove_prefix(result.read);
    return head;
}

} // namespace codec
