#include "base/duration.hpp"
#include "base/error.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using base::format_duration;
using base::parse_duration;

TEST_CASE("duration: a bare number is seconds") {
    CHECK(parse_duration("0") == 0ms);
    CHECK(parse_duration("30") == 30s);
    CHECK(parse_duration("1.5") == 1500ms);
}

TEST_CASE("duration: every unit counts") {
    CHECK(parse_duration("500ms") == 500ms);
    CHECK(parse_duration("10s") == 10s);
    CHECK(parse_duration("2m") == 2min);
    CHECK(parse_duration("1h") == 1h);
    CHECK(parse_duration("1d") == 24h);
}

TEST_CASE("duration: a fraction is exact to the millisecond and never becomes zero") {
    CHECK(parse_duration("0.1s") == 100ms);
    CHECK(parse_duration("0.3s") == 300ms);
    CHECK(parse_duration("1.001s") == 1001ms);
    CHECK(parse_duration("0.5m") == 30s);
    CHECK(parse_duration("0.0001s") == 1ms);
    CHECK(parse_duration("0.0s") == 0ms);
}

TEST_CASE("duration: anything else is a usage error that quotes it") {
    for (const auto* text : {"", "s", "10 s", "10x", "-1s", "+1s", "1e3", "1..5", ".5", "1.", "inf",
                             "nan", "0x10", "10S", "99999999999999999999", "101000d", "9e18s"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(parse_duration(text), base::Error);
    }
    try {
        parse_duration("10\x1b[m");
    } catch (const base::Error& error) {
        CHECK(error.kind() == base::ErrorKind::usage);
        CHECK(error.subject().empty());
        CHECK(error.why() == "\"10\\x1b[m\" is no duration");
    }
}

TEST_CASE("duration: what is formatted reads back as the same") {
    CHECK(format_duration(0ms) == "0s");
    CHECK(format_duration(7ms) == "7ms");
    CHECK(format_duration(1500ms) == "1.5s");
    CHECK(format_duration(1050ms) == "1.05s");
    CHECK(format_duration(90s) == "90s");
    CHECK(format_duration(120s) == "2m");
    CHECK(format_duration(48h) == "2d");
    for (const auto value :
         {0ms, 1ms, 999ms, 1000ms, 1001ms, 59999ms, 60000ms, 3600000ms, 86400000ms})
        CHECK(parse_duration(format_duration(value)) == value);
}
