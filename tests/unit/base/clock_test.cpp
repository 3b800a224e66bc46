#include "base/clock.hpp"
#include "base/error.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace std::chrono_literals;
using base::Deadline;

namespace {

// 2026-11-21T01:26:56.123Z. The test runs with TZ=Europe/Berlin, an hour east of UTC in winter.
constexpr std::int64_t now = 1'795'224'416'123;
constexpr std::int64_t midnight = 1'795'219'200'000; // of that day in UTC

base::ErrorKind kind_of(std::string_view text) {
    try {
        base::parse_time(text, now);
    } catch (const base::Error& error) {
        return error.kind();
    }
    return base::ErrorKind::internal;
}

} // namespace

TEST_CASE("clock: a deadline tells the time left as poll takes it") {
    CHECK(Deadline::never().poll_timeout() == -1);
    CHECK_FALSE(Deadline::never().passed());
    CHECK(Deadline::after(0ms).poll_timeout() == 0);
    CHECK(Deadline::after(-5s).passed());
    CHECK(Deadline::after(-5s).poll_timeout() == 0);
    const auto soon = Deadline::after(10s);
    CHECK(soon.poll_timeout() <= 10'000);
    CHECK(soon.poll_timeout() > 9'000);
    CHECK(Deadline::after(24h * 365).poll_timeout() == std::numeric_limits<int>::max());
    CHECK(Deadline::earlier(soon, Deadline::never()).poll_timeout() > 0);
    CHECK(Deadline::earlier(Deadline::after(-1s), soon).passed());
}

TEST_CASE("clock: a deadline beyond the clock's range is never, not in the past") {
    CHECK_FALSE(Deadline::after(std::chrono::milliseconds::max()).passed());
    CHECK(Deadline::after(std::chrono::milliseconds::max()).poll_timeout() != 0);
}

TEST_CASE("clock: times are shown in UTC and in local time") {
    CHECK(base::rfc3339(now) == "2026-11-21T01:26:56.123Z");
    CHECK(base::rfc3339(0) == "1970-01-01T00:00:00.000Z");
    CHECK(base::rfc3339(-1) == "1969-12-31T23:59:59.999Z");
    CHECK(base::local_time(now) == "02:26:56.123");
}

TEST_CASE("clock: a time is given as a person would") {
    CHECK(base::parse_time("10m", now) == now - 600'000);
    CHECK(base::parse_time("2026-11-21T01:26:56.123Z", now) == now);
    CHECK(base::parse_time("2026-11-21T02:26:56.123+01:00", now) == now);
    CHECK(base::parse_time("2026-11-20T20:26:56.123-0500", now) == now);
    CHECK(base::parse_time("2026-11-21 02:26:56.123", now) == now);
    CHECK(base::parse_time("2026-11-21 01:00", now) == midnight);
    CHECK(base::parse_time("2026-11-21", now) == midnight - 3'600'000);
    CHECK(base::parse_time("01:00", now) == midnight);
    CHECK(base::parse_time("01:00:01", now) == midnight + 1000);
    CHECK(base::parse_time("@1795219200", now) == midnight);
    CHECK(base::parse_time("@1795219200.5", now) == midnight + 500);
    CHECK(base::parse_time("2026-07-01 12:00", now) ==
          base::parse_time("2026-07-01T10:00:00Z", now)); // summer time
}

TEST_CASE("clock: what is no time is refused as bad usage") {
    for (const char* text : {"",
                             "soon",
                             "25:00",
                             "12:60",
                             "12:00:61",
                             "2026-13-01",
                             "2026-00-10",
                             "2026-02-30",
                             "2026-11-32",
                             "2026-11-21T",
                             "2026-11-21T10:00:00X",
                             "2026-11-21T10:00:00+",
                             "@",
                             "@x",
                             "@-1",
                             "2026-1-1",
                             "+10:00",
                             "-1:00",
                             "12:00 tomorrow",
                             "2026-11-21T10:00:00+99:99"}) {
        CAPTURE(text);

        CHECK(kind_of(text) == base::ErrorKind::usage);
    }
}
