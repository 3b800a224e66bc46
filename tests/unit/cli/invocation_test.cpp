#include "base/error.hpp"
#include "cli/invocation.hpp"
#include "command_line.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <stdexcept>

namespace {

using namespace std::chrono_literals;

struct Run {
    explicit Run(std::vector<std::string> words) : line(std::move(words)) {}
    CommandLine line;
    cli::Invocation in{sample_command, line.table, line.parsed, {"sample", "sample"}};
};

void set_or_clear(const char* name, const char* value) {
    if (value == nullptr)
        ::unsetenv(name);
    else
        ::setenv(name, value, 1);
}

/// Sets the variables that say where the bus is, for the time of a test.
struct BusVariables {
    BusVariables(const char* band, const char* redis, const char* amqp) {
        set_or_clear("BAND_BUS", band);
        set_or_clear("REDIS_URL", redis);
        set_or_clear("AMQP_URL", amqp);
    }
    ~BusVariables() {
        for (const auto* name : {"BAND_BUS", "REDIS_URL", "AMQP_URL"})
            ::unsetenv(name);
    }
};

} // namespace

TEST_CASE("invocation: getters give values in their types, fallbacks included") {
    const Run run{{"E", "-c5", "--data=x", "--events", "A,B", "-j"}};
    CHECK(run.in.integer("count") == 5);
    CHECK(run.in.text("data") == "x");
    CHECK(run.in.list("events") == std::vector<std::string>{"A", "B"});
    CHECK(run.in.size("max-size") == 16U * 1024 * 1024);
    CHECK(run.in.choice("mode") == "stream");
    CHECK(run.in.duration("timeout") == 10s);
    CHECK_FALSE(run.in.given("timeout"));
    CHECK_FALSE(run.in.flag("follow"));
    CHECK_FALSE(run.in.text("input"));
    CHECK(run.in.format() == cli::Format::json);
    CHECK(run.in.arg(0) == "E");
    CHECK_FALSE(run.in.arg(1));
}

TEST_CASE("invocation: the first format a command declares is its default") {
    CHECK(Run{{"E"}}.in.format() == cli::Format::table);
    CHECK(Run{{"E", "-o", "ndjson"}}.in.format() == cli::Format::ndjson);
}

TEST_CASE("invocation: a time-out of 0 is none") {
    CHECK(Run{{"E"}}.in.timeout() == 10s);
    const Run never{{"E", "--timeout", "0"}};
    CHECK_FALSE(never.in.timeout());
    CHECK(never.in.deadline() == cli::Invocation::Clock::time_point::max());
}

TEST_CASE("invocation: asking for an option that is not declared is a bug") {
    const Run run{{"E"}};
    CHECK_THROWS_AS(static_cast<void>(run.in.flag("evnets")), std::logic_error);
}

TEST_CASE("bus: argument, option, BAND_BUS, REDIS_URL or AMQP_URL, default, in this order") {
    const BusVariables none{nullptr, nullptr, nullptr};
    CHECK(Run{{"E"}}.in.bus().url == "redis://127.0.0.1:6379");
    {
        const BusVariables redis{nullptr, "redis://r", nullptr};
        CHECK(Run{{"E"}}.in.bus().url == "redis://r");
        CHECK(Run{{"E"}}.in.bus().source == "REDIS_URL");
    }
    {
        const BusVariables amqp{nullptr, nullptr, "amqp://a"};
        CHECK(Run{{"E"}}.in.bus().source == "AMQP_URL");
    }
    const BusVariables all{"redis://band", "redis://r", "amqp://a"};
    CHECK(Run{{"E"}}.in.bus().source == "BAND_BUS");
    CHECK(Run{{"E", "--url", "redis://option"}}.in.bus().source == "--url");
    CHECK(Run{{"E", "--url", "redis://option", "redis://arg"}}.in.bus().url == "redis://arg");
}

TEST_CASE("bus: REDIS_URL and AMQP_URL together are refused") {
    const BusVariables both{nullptr, "redis://r", "amqp://a"};
    const Run run{{"E"}};
    CHECK_THROWS_AS(static_cast<void>(run.in.bus()), base::Error);
}
