#include "codec/big_integer.hpp"

#include <cstdint>
#include <vector>

namespace codec {

void append_big_integer(std::string& out, std::string_view bytes, bool negative) {
    constexpr std::uint64_t base = 1'000'000'000;
    std::vector<std::uint32_t> digits{0}; // to the base, least significant first
    const auto multiply_add = [&digits](std::uint64_t factor, std::uint64_t carry) {
        for (auto& digit : digits) {
            carry += digit * factor;
            digit = static_cast<std::uint32_t>(carry % base);
            carry /= base;
        }
        if (carry != 0)
            digits.push_back(static_cast<std::uint32_t>(carry));
    };
    for (const unsigned char byte : bytes)
        multiply_add(256, byte);
    if (negative) {
        multiply_add(1, 1);
        out.push_back('-');
    }
    out += std::to_string(digits.back());
    for (auto digit = digits.rbegin() + 1; digit != digits.rend(); ++digit) {
        const auto text = std::to_string(*digit);
        out.append(9 - text.size(), '0');
        out += text;
    }
}

} // namespace codec
