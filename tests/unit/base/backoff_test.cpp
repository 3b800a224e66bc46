#include "base/backoff.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace std::chrono_literals;

TEST_CASE("backoff: delays double, jitter by half either way, and never pass the most") {
    for (int round = 0; round < 200; ++round) {
        base::Backoff backoff{100ms, 1s};
        for (const auto middle : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}) {
            const auto delay = backoff.next();
            CHECK(delay >= middle / 2);
            CHECK(delay <= std::min<std::chrono::milliseconds>(middle * 3 / 2, 1s));
        }
        CHECK(backoff.attempts() == 6);
    }
}

TEST_CASE("backoff: clients do not come back in step") {
    std::set<std::chrono::milliseconds> delays;
    for (int client = 0; client < 100; ++client)
        delays.insert(base::Backoff{1s, 10s}.next());
    CHECK(delays.size() > 50);
}

TEST_CASE("backoff: reset starts anew") {
    base::Backoff backoff{10ms, 10s};
    for (int i = 0; i < 8; ++i)
        backoff.next();
    backoff.reset();
    CHECK(backoff.attempts() == 0);
    CHECK(backoff.next() <= 15ms);
}
