#include "runtime/uptime.hpp"

#include <charconv>
#include <utility>

namespace runtime {

namespace {

using namespace std::chrono_literals;

constexpr std::pair<std::string_view, std::chrono::seconds> units[] = {
    {"second", 1s},       {"minute", 60s},        {"hour", 3600s},       {"day", 86400s},
    {"week", 7 * 86400s}, {"month", 30 * 86400s}, {"year", 365 * 86400s}};

} // namespace

std::optional<RoughTime> parse_uptime(std::string_view status) {
    if (!status.starts_with("Up "))
        return std::nullopt;
    status.remove_prefix(3);
    if (status.starts_with("Less than"))
        return RoughTime{0s, 1s};
    long count = 1; // "About a minute", "About an hour"
    if (!status.starts_with("About ")) {
        const auto end = status.data() + status.size();
        const auto read = std::from_chars(status.data(), end, count);
        if (read.ec != std::errc() || count < 0 || count > 100'000)
            return std::nullopt;
    }
    for (const auto& [word, unit] : units)
        if (status.find(word) != std::string_view::npos)
            return RoughTime{count * unit, unit};
    return std::nullopt;
}

} // namespace runtime
