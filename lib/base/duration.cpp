#include "base/duration.hpp"

#include "base/error.hpp"
#include "base/number_with_unit.hpp"
#include "base/printable.hpp"

#include <algorithm>
#include <array>

namespace base {

namespace {

constexpr std::array<Unit, 6> units{
    {{"", 1'000}, {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

/// So far off that a caller may add it to any point in time without an overflow.
constexpr std::uint64_t longest = 100ULL * 366 * 86'400'000;

} // namespace

std::chrono::milliseconds parse_duration(std::string_view text) {
    const auto value = parse_number_with_unit(text, units);
    if (!value)
        throw Error(ErrorKind::usage, "", quoted(text) + " is no duration",
                    "write 500ms, 10s, 2m, 1h or 1d; a bare number is seconds");
    if (*value > longest)
        throw Error(ErrorKind::usage, "", quoted(text) + " is longer than 100 years");
    return std::chrono::milliseconds{*value};
}

std::string format_duration(std::chrono::milliseconds duration) {
    const auto total = duration.count();
    for (const auto& [name, factor] : {units[5], units[4], units[3], units[2]}) {
        if (total != 0 && total % static_cast<long long>(factor) == 0)
            return std::to_string(total / static_cast<long long>(factor)).append(name);
    }
    if (total == 0)
        return "0s";
    if (total < 1000)
        return std::to_string(total) + "ms";
    std::string text =
        std::to_string(total / 1000) + '.' + std::to_string(1000 + total % 1000).substr(1);
    text.erase(text.find_last_not_of('0') + 1);
    return text + 's';
}

std::string rough_duration(std::chrono::milliseconds duration) {
    using namespace std::chrono;
    const milliseconds all = std::max(duration, milliseconds::zero());
    return format_duration(all >= days{1}      ? floor<days>(all)
                           : all >= hours{1}   ? floor<hours>(all)
                           : all >= minutes{1} ? floor<minutes>(all)
                                               : floor<seconds>(all));
}

} // namespace base
