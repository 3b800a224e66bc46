#include "tools/day_line.hpp"

#include "base/clock.hpp"

#include <ctime>

namespace tools {

namespace {

std::int64_t midnight_ms(std::tm day, int days_on) {
    day.tm_hour = day.tm_min = day.tm_sec = 0;
    day.tm_mday += days_on;
    day.tm_isdst = -1;
    return std::int64_t{std::mktime(&day)} * 1000;
}

std::tm local_day(std::int64_t unix_ms) {
    const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
    std::tm day{};
    localtime_r(&seconds, &day);
    return day;
}

} // namespace

DayLine::DayLine(const cli::Style& style) : style_(style) {
    std::string dropped;
    append(dropped, base::unix_ms());
}

void DayLine::append(std::string& out, std::int64_t unix_ms) {
    if (unix_ms >= begin_ms_ && unix_ms < end_ms_)
        return;
    const std::tm day = local_day(unix_ms);
    begin_ms_ = midnight_ms(day, 0);
    end_ms_ = midnight_ms(day, 1);
    char date[32];
    const std::size_t length = std::strftime(date, sizeof date, "%A %Y-%m-%d", &day);
    out += style_.dim;
    out += "-- ";
    out.append(date, length);
    out += " --";
    out += style_.reset;
    out += '\n';
}

} // namespace tools
