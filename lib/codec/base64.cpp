#include "codec/base64.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace codec {

namespace {

constexpr std::string_view standard_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using Values = std::array<std::int8_t, 256>;

constexpr Values values_of(std::string_view digits) {
    Values values{};
    values.fill(-1);
    for (std::size_t i = 0; i < digits.size(); ++i)
        values[static_cast<unsigned char>(digits[i])] = static_cast<std::int8_t>(i);
    return values;
}

constexpr Values standard_values = values_of(standard_digits);
constexpr Values url_values = values_of(url_digits);

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
}

} // namespace

void append_base64(std::string& out, std::string_view bytes, Base64 alphabet) {
    const auto digits = alphabet == Base64::url ? url_digits : standard_digits;
    out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto group =
            byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2);
        const auto used = std::min<std::size_t>(3, bytes.size() - i) + 1;
        for (std::size_t d = 0; d < used; ++d)
            out.push_back(digits[group >> (18 - 6 * d) & 63]);
        if (alphabet == Base64::standard)
            out.append(4 - used, '=');
    }
}

void append_base16(std::string& out, std::string_view bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const unsigned char byte : bytes) {
        out.push_back(digits[byte >> 4]);
        out.push_back(digits[byte & 15]);
    }
}

std::string to_base64(std::string_view bytes, Base64 alphabet) {
    std::string out;
    append_base64(out, bytes, alphabet);
    return out;
}

std::optional<std::string> from_base64(std::string_view text, Base64 alphabet) {
    const Values& values = alphabet == Base64::url ? url_values : standard_values;
    if (text.ends_with('=')) {
        if (text.size() % 4 != 0)
            return std::nullopt;
        text.remove_suffix(text.ends_with("==") ? 2 : 1);
    }
    std::string out;
    out.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    int have = 0;
    for (const unsigned char c : text) {
        if (values[c] < 0)
            return std::nullopt;
        bits = (bits << 6 | static_cast<std::uint32_t>(values[c])) & 0xffff;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out.push_back(static_cast<char>(bits >> have));
        }
    }
    if (have >= 6 || (bits & ((1u << have) - 1)) != 0)
        return std::nullopt;
    return out;
}

} // namespace codec
