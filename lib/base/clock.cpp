#include "base/clock.hpp"

#include "base/duration.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <limits>
#include <optional>

namespace base {

int Deadline::poll_timeout() const {
    if (is_never())
        return -1;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(at_ - SteadyClock::now()).count();
    if (left <= 0)
        return 0;
    return left > std::numeric_limits<int>::max() ? std::numeric_limits<int>::max()
                                                  : static_cast<int>(left);
}

std::int64_t unix_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

namespace {

struct Broken {
    std::time_t seconds;
    int milliseconds;
};

Broken split(std::int64_t unix_ms) {
    std::int64_t seconds = unix_ms / 1000;
    int milliseconds = static_cast<int>(unix_ms % 1000);
    if (milliseconds < 0) {
        milliseconds += 1000;
        --seconds;
    }
    return {static_cast<std::time_t>(seconds), milliseconds};
}

Error bad_time(std::string_view text) {
    return {ErrorKind::usage, "time \"" + std::string(text) + "\"", "not a time",
            "write 10m, 2026-11-21T08:30:00Z, \"2026-11-21 08:30\", 08:30 or @SECONDS"};
}

/// A cursor over fixed-width digits and single separators.
class TimeText {
public:
    explicit TimeText(std::string_view text) : rest_(text) {}

    std::optional<int> digits(std::size_t count) {
        int value = 0;
        if (rest_.size() < count)
            return std::nullopt;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + count, value);
        if (error != std::errc{} || end != rest_.data() + count || rest_.front() == '-')
            return std::nullopt;
        rest_.remove_prefix(count);
        return value;
    }
    bool skip(std::string_view one_of) {
        if (rest_.empty() || one_of.find(rest_.front()) == std::string_view::npos)
            return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// Digits of a decimal fraction, as milliseconds.
    int fraction_ms() {
        int value = 0;
        int scale = 100;
        for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; scale /= 10) {
            value += (rest_.front() - '0') * scale;
            rest_.remove_prefix(1);
        }
        return value;
    }
    [[nodiscard]] std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

/// Reads HH:MM[:SS[.fraction]] into `tm`; gives the milliseconds.
std::optional<int> read_clock(TimeText& in, std::tm& tm) {
    const auto hour = in.digits(2);
    if (!hour || !in.skip(":"))
        return std::nullopt;
    const auto minute = in.digits(2);
    if (!minute || *hour > 23 || *minute > 59)
        return std::nullopt;
    tm.tm_hour = *hour;
    tm.tm_min = *minute;
    tm.tm_sec = 0;
    if (!in.skip(":"))
        return 0;
    const auto second = in.digits(2);
    if (!second || *second > 60)
        return std::nullopt;
    tm.tm_sec = *second;
    return in.skip(".") ? in.fraction_ms() : 0;
}

std::optional<int> read_date(TimeText& in, std::tm& tm) {
    const auto year = in.digits(4);
    if (!year || !in.skip("-"))
        return std::nullopt;
    const auto month = in.digits(2);
    if (!month || !in.skip("-"))
        return std::nullopt;
    const auto day = in.digits(2);
    if (!day || !(std::chrono::year{*year} / *month / *day).ok())
        return std::nullopt;
    tm.tm_year = *year - 1900;
    tm.tm_mon = *month - 1;
    tm.tm_mday = *day;
    return 0;
}

/// What follows a clock time: nothing (local), Z, or +HH:MM; gives seconds since the epoch.
std::optional<std::int64_t> read_zone(TimeText& in, std::tm tm) {
    if (in.rest().empty()) {
        tm.tm_isdst = -1;
        return std::mktime(&tm);
    }
    const std::int64_t utc = timegm(&tm);
    if (in.rest() == "Z" || in.rest() == "z")
        return utc;
    const bool east = in.rest().front() == '+';
    if (!in.skip("+-"))
        return std::nullopt;
    const auto hours = in.digits(2);
    in.skip(":");
    const auto minutes = in.digits(2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59 || !in.rest().empty())
        return std::nullopt;
    const std::int64_t offset = *hours * 3600 + *minutes * 60;
    return east ? utc - offset : utc + offset;
}

} // namespace

std::string rfc3339(std::int64_t unix_ms) {
    std::string text;
    append_rfc3339(text, unix_ms);
    return text;
}

void append_rfc3339(std::string& out, std::int64_t unix_ms) {
    using namespace std::chrono;
    constexpr sys_time<milliseconds> first = sys_days{0y / January / 1};
    constexpr sys_time<milliseconds> last = sys_days{9999y / December / 31} + 23h + 59min + 59s;
    const auto time = std::clamp(sys_time<milliseconds>{milliseconds{unix_ms}}, first, last);
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    char text[] = "0000-00-00T00:00:00.000Z";
    const auto put = [&text](int at, int digits, auto value) {
        for (auto rest = static_cast<unsigned>(value); digits > 0; rest /= 10)
            text[at + --digits] = static_cast<char>('0' + rest % 10);
    };
    put(0, 4, static_cast<int>(date.year()));
    put(5, 2, static_cast<unsigned>(date.month()));
    put(8, 2, static_cast<unsigned>(date.day()));
    put(11, 2, clock.hours().count());
    put(14, 2, clock.minutes().count());
    put(17, 2, clock.seconds().count());
    put(20, 3, clock.subseconds().count());
    out.append(text, sizeof text - 1);
}

std::string local_time(std::int64_t unix_ms) {
    const auto [seconds, milliseconds] = split(unix_ms);
    std::tm tm{};
    localtime_r(&seconds, &tm);
    char text[24];
    const std::size_t length = std::strftime(text, sizeof text, "%H:%M:%S", &tm);
    std::snprintf(text + length, sizeof text - length, ".%03d", milliseconds);
    return text;
}

std::int64_t parse_time(std::string_view text, std::int64_t now_ms) {
    if (text.starts_with('@')) {
        double seconds = 0;
        const char* last = text.data() + text.size();
        const auto [end, error] = std::from_chars(text.data() + 1, last, seconds);
        if (error != std::errc{} || end != last || seconds < 0 || seconds > 1e11)
            throw bad_time(text);
        return static_cast<std::int64_t>(seconds * 1000);
    }
    std::tm tm{};
    const std::time_t today = static_cast<std::time_t>(now_ms / 1000);
    TimeText in{text};
    if (text.size() > 4 && text[4] == '-') {
        if (!read_date(in, tm))
            throw bad_time(text);
        if (in.rest().empty()) {
            tm.tm_isdst = -1;
            return static_cast<std::int64_t>(std::mktime(&tm)) * 1000;
        }
        if (!in.skip("Tt "))
            throw bad_time(text);
    } else if (text.size() > 2 && text[2] == ':') {
        localtime_r(&today, &tm);
    } else {
        try {
            return now_ms - parse_duration(text).count();
        } catch (const Error&) {
            throw bad_time(text); // the hint of a time names more forms than that of a duration
        }
    }
    const auto milliseconds = read_clock(in, tm);
    const auto seconds = milliseconds ? read_zone(in, tm) : std::nullopt;
    if (!seconds)
        throw bad_time(text);
    return *seconds * 1000 + *milliseconds;
}

} // namespace base
