#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace codec {

/// The eight kinds of CBOR item (RFC 8949 section 3.1), shifted into place.
enum class CborMajor : std::uint8_t {
    unsigned_integer = 0x00,
    negative_integer = 0x20,
    bytes = 0x40,
    text = 0x60,
    array = 0x80,
    map = 0xa0,
    tag = 0xc0,
    simple = 0xe0,
};

/// Writes CBOR items at the end of a string that it does not own. Preferred serialization (RFC
/// 8949 section 4.1) but for floats, which always take 64 bits as the Python services send them.
class CborWriter {
public:
    explicit CborWriter(std::string& out) noexcept : out_(out) {}

    /// The first bytes of an item, its argument as short as can be.
    void head(CborMajor major, std::uint64_t argument) {
        const auto initial = static_cast<std::uint8_t>(major);
        if (argument < 24)
            byte(initial | argument);
        else if (argument <= 0xff)
            sized<1>(initial | 24, argument);
        else if (argument <= 0xffff)
            sized<2>(initial | 25, argument);
        else if (argument <= 0xffffffff)
            sized<4>(initial | 26, argument);
        else
            sized<8>(initial | 27, argument);
    }

    void unsigned_integer(std::uint64_t value) { head(CborMajor::unsigned_integer, value); }
    void integer(std::int64_t value) {
        if (value < 0)
            head(CborMajor::negative_integer, ~static_cast<std::uint64_t>(value));
        else
            unsigned_integer(static_cast<std::uint64_t>(value));
    }
    /// `text` must be UTF-8.
    void text(std::string_view text) {
        head(CborMajor::text, text.size());
        out_.append(text);
    }
    void bytes(std::string_view bytes) {
        head(CborMajor::bytes, bytes.size());
        out_.append(bytes);
    }
    void real(double value) { sized<8>(0xfb, std::bit_cast<std::uint64_t>(value)); }
    void boolean(bool value) { byte(value ? 0xf5 : 0xf4); }
    void null() { byte(0xf6); }
    /// `size` items follow.
    void array(std::uint64_t size) { head(CborMajor::array, size); }
    /// `size` pairs of items follow.
    void map(std::uint64_t size) { head(CborMajor::map, size); }
    void tag(std::uint64_t number) { head(CborMajor::tag, number); }

private:
    void byte(std::uint64_t value) { out_.push_back(static_cast<char>(value)); }

    template <int size> void sized(std::uint64_t initial, std::uint64_t argument) {
        char bytes[size + 1];
        bytes[0] = static_cast<char>(initial);
        for (int i = size; i > 0; --i, argument >>= 8)
            bytes[i] = static_cast<char>(argument);
        out_.append(bytes, sizeof bytes);
    }

    std::string& out_;
};

} // namespace codec
