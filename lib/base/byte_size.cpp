#include "base/byte_size.hpp"

#include "base/error.hpp"
#include "base/number_with_unit.hpp"
#include "base/printable.hpp"

#include <array>

namespace base {

namespace {

constexpr std::uint64_t kibi = 1024;
constexpr std::uint64_t mebi = kibi * 1024;
constexpr std::uint64_t gibi = mebi * 1024;
constexpr std::uint64_t tebi = gibi * 1024;

constexpr std::array<Unit, 19> units{{
    {"", 1},
    {"B", 1},
    {"k", kibi},
    {"K", kibi},
    {"KiB", kibi},
    {"kiB", kibi},
    {"m", mebi},
    {"M", mebi},
    {"MiB", mebi},
    {"g", gibi},
    {"G", gibi},
    {"GiB", gibi},
    {"T", tebi},
    {"TiB", tebi},
    {"kB", 1'000},
    {"KB", 1'000},
    {"MB", 1'000'000},
    {"GB", 1'000'000'000},
    {"TB", 1'000'000'000'000},
}};

} // namespace

std::uint64_t parse_byte_size(std::string_view text) {
    const auto value = parse_number_with_unit(text, units);
    if (!value)
        throw Error(ErrorKind::usage, "", quoted(text) + " is no size",
                    "write 64k, 16MiB or 10MB; a bare number is bytes");
    return *value;
}

std::string format_byte_size(std::uint64_t bytes) {
    constexpr std::array names{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    std::size_t unit = 0;
    std::uint64_t tenths = 0; // of the unit, beside the whole `bytes`
    while (bytes >= 1024) {
        tenths = bytes % 1024 * 10 / 1024;
        bytes /= 1024;
        ++unit;
    }
    std::string text = std::to_string(bytes);
    if (tenths != 0)
        text.append(1, '.').append(std::to_string(tenths));
    return text.append(1, ' ').append(names[unit]);
}

} // namespace base
