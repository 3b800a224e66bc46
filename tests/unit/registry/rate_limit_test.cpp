#include "registry/rate_limit.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;
using registry::RateLimit;

TEST_CASE("rate_limit: a peer has its allowance back as time goes by, others have their own") {
    RateLimit limit{10};
    const base::SteadyClock::time_point start{};
    CHECK(limit.allow("10.0.0.1", 15, start));
    CHECK(limit.allow("10.0.0.1", 5, start));
    CHECK_FALSE(limit.allow("10.0.0.1", 1, start));
    CHECK(limit.allow("10.0.0.2", 20, start));
    CHECK_FALSE(limit.allow("10.0.0.1", 6, start + 500ms));
    CHECK(limit.allow("10.0.0.1", 5, start + 500ms));
    CHECK(limit.allow("10.0.0.1", 20, start + 1h));
    CHECK_FALSE(limit.allow("10.0.0.1", 1, start + 1h));
}

TEST_CASE("rate_limit: a batch larger than the burst passes, and is paid for") {
    RateLimit limit{10};
    const base::SteadyClock::time_point start{};
    CHECK(limit.allow("10.0.0.1", 1000, start));
    CHECK_FALSE(limit.allow("10.0.0.1", 1, start + 90s));
    CHECK(limit.allow("10.0.0.1", 1, start + 99s));
}

TEST_CASE("rate_limit: this machine is not limited, and zero limits nobody") {
    RateLimit limit{1};
    RateLimit none{0};
    const base::SteadyClock::time_point start{};
    for (int i = 0; i < 100; ++i) {
        for (const char* peer : {"127.0.0.1", "::1", "unix"})
            CHECK(limit.allow(peer, 10, start));
        CHECK(none.allow("10.0.0.1", 10, start));
    }
}

TEST_CASE("rate_limit: peers that are not heard of are forgotten") {
    RateLimit limit{1};
    base::SteadyClock::time_point now{};
    for (int i = 0; i < 100'000; ++i, now += 10ms)
        REQUIRE(limit.allow(std::to_string(i), 1, now));
    CHECK(limit.allow("0", 2, now));
}
