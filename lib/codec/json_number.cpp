#include "codec/json_number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace codec {

namespace {

/// The decimal exponent of the first digit that is not 0, capped far outside the range of doubles.
std::int64_t magnitude_of(std::string_view number) {
    constexpr std::int64_t far = 1'000'000'000'000'000;
    const auto e = std::min(number.find_first_of("eE"), number.size());
    const auto mantissa = number.substr(0, e);
    const auto first = mantissa.find_first_of("123456789");
    if (first == std::string_view::npos)
        return -far;
    const auto point = std::min(mantissa.find('.'), mantissa.size());
    auto magnitude = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
    if (e == number.size())
        return magnitude;
    auto digits = number.substr(e + 1);
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+'))
        digits.remove_prefix(1);
    std::int64_t exponent = 0;
    for (const char c : digits)
        exponent = std::min(far, exponent * 10 + (c - '0'));
    return magnitude + (negative ? -exponent : exponent);
}

} // namespace

std::optional<double> parse_double(std::string_view number) noexcept {
    double value = 0;
    const auto result = std::from_chars(number.data(), number.data() + number.size(), value);
    if (result.ec == std::errc::result_out_of_range) {
        // from_chars does not tell too large from too small.
        if (magnitude_of(number) > 0)
            return std::nullopt;
        return number.starts_with('-') ? -0.0 : 0.0;
    }
    return value;
}

void append_double(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    char digits[32];
    // to_chars by itself would write 100000.0 as 1e+05: shorter, but not what people write.
    const auto size = std::abs(value);
    const bool plain = value == 0 || (size >= 1e-4 && size < 1e16);
    const auto result =
        std::to_chars(digits, digits + sizeof digits, value,
                      plain ? std::chars_format::fixed : std::chars_format::scientific);
    const std::string_view text(digits, static_cast<std::size_t>(result.ptr - digits));
    out.append(text);
    if (text.find_first_of(".e") == std::string_view::npos)
        out += ".0";
}

} // namespace codec
