#include "codec/cbor_head.hpp"

#include <bit>
#include <limits>

namespace codec {

namespace {

using Kind = CborHead::Kind;

std::uint64_t take_number(std::string_view& cbor, std::size_t size) {
    std::uint64_t number = 0;
    for (const char byte : cbor.substr(0, size))
        number = number << 8 | static_cast<unsigned char>(byte);
    cbor.remove_prefix(size);
    return number;
}

/// IEEE 754 binary16.
double half(std::uint64_t bits) {
    const auto exponent = bits >> 10 & 0x1f;
    const auto mantissa = bits & 0x3ff;
    double value = 0;
    if (exponent == 0)
        value = static_cast<double>(mantissa) * 0x1p-24;
    else if (exponent < 31) // the same fields, wider
        value = std::bit_cast<double>((exponent + 1023 - 15) << 52 | mantissa << 42);
    else if (mantissa == 0)
        value = std::numeric_limits<double>::infinity();
    else
        value = std::numeric_limits<double>::quiet_NaN();
    return (bits & 0x8000) != 0 ? -value : value;
}

/// Major type 7: floats and simple values, of which those without a meaning are null.
CborHead simple(unsigned info, std::uint64_t number) {
    switch (info) {
    case 20:
    case 21:
        return {.kind = Kind::boolean, .number = info - 20};
    case 25:
        return {.kind = Kind::real, .real = half(number)};
    case 26:
        return {.kind = Kind::real,
                .real = std::bit_cast<float>(static_cast<std::uint32_t>(number))};
    case 27:
        return {.kind = Kind::real, .real = std::bit_cast<double>(number)};
    case 31:
        return {.kind = Kind::end};
    default:
        return {.kind = Kind::null, .number = number};
    }
}

} // namespace

CborHead read_cbor_head(std::string_view& cbor) {
    // By major type; bytes to maps may be of indefinite length.
    constexpr Kind kinds[] = {Kind::unsigned_integer,
                              Kind::negative_integer,
                              Kind::bytes,
                              Kind::text,
                              Kind::array,
                              Kind::map,
                              Kind::tag};
    constexpr Kind endless[] = {Kind::null,         Kind::null,          Kind::chunked_bytes,
                                Kind::chunked_text, Kind::endless_array, Kind::endless_map};
    const auto initial = static_cast<unsigned char>(cbor.front());
    cbor.remove_prefix(1);
    const unsigned major = initial >> 5;
    const unsigned info = initial & 0x1f;
    const std::uint64_t number = info < 24   ? info
                                 : info < 28 ? take_number(cbor, std::size_t{1} << (info - 24))
                                             : 0;
    if (major == 7)
        return simple(info, number);
    if (info == 31)
        return {.kind = endless[major]};
    CborHead head{.kind = kinds[major], .number = number};
    if (head.kind == Kind::bytes || head.kind == Kind::text) {
        head.string = cbor.substr(0, number);
        cbor.remove_prefix(number);
    }
    return head;
}

} // namespace codec
