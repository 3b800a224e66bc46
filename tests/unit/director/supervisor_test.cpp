#include "director/supervisor.hpp"

#include <doctest/doctest.h>

using director::Supervisor;
using runtime::State;
using namespace std::chrono_literals;
using Step = Supervisor::Step;

namespace {

constexpr auto start = base::SteadyClock::time_point{} + 1h;

bool idle(std::string_view /*service*/) {
    return false;
}

Supervisor::Instances one(State state, std::uint32_t restarts = 0, std::string detail = {}) {
    return {
        {"a", {.name = "a", .state = state, .detail = std::move(detail), .restarts = restarts}}};
}

const Supervisor::Names wanted{"a"};

} // namespace

TEST_CASE("supervisor: after a reboot what should run is run or started") {
    Supervisor supervisor;
    auto decisions = supervisor.look({"a", "b", "c"},
                                     {{"b", {.name = "b", .state = State::stopped}},
                                      {"c", {.name = "c", .state = State::running}}},
                                     idle, start);
    REQUIRE(decisions.size() == 2);
    CHECK(decisions[0].service == "a");
    CHECK(decisions[0].step == Step::run);
    CHECK(decisions[1].service == "b");
    CHECK(decisions[1].step == Step::start);
}

TEST_CASE("supervisor: what is being worked on is left alone") {
    Supervisor supervisor;
    CHECK(supervisor
              .look(
                  wanted, {}, [](std::string_view) { return true; }, start)
              .empty());
}

TEST_CASE("supervisor: attempts back off from a second to a minute") {
    Supervisor supervisor;
    std::vector<int> at;
    for (int second = 0; second < 300; ++second)
        if (!supervisor.look(wanted, {}, idle, start + std::chrono::seconds{second}).empty()) {
            at.push_back(second);
            supervisor.failed("a", "no", start + std::chrono::seconds{second});
        }
    CHECK(at == std::vector<int>{0, 1, 3, 7, 15, 31, 63, 123, 183, 243});
    CHECK(supervisor.trouble("a").starts_with("cannot be started, next attempt in "));
    supervisor.forget("a");
    CHECK(supervisor.trouble("a").empty());
}

TEST_CASE("supervisor: what somebody else stops is not started again until our next start") {
    Supervisor supervisor;
    CHECK(supervisor.look(wanted, one(State::running), idle, start).empty());
    CHECK(supervisor.look(wanted, one(State::stopped), idle, start + 10s).empty());
    supervisor.begin_anew();
    CHECK(supervisor.look(wanted, one(State::stopped), idle, start + 20s).size() == 1);
}

TEST_CASE("supervisor: what somebody else removes is not run again until our next start") {
    Supervisor supervisor;
    CHECK(supervisor.look(wanted, one(State::running), idle, start).empty());
    CHECK(supervisor.look(wanted, {}, idle, start + 10s).empty());
    supervisor.begin_anew();
    CHECK(supervisor.look(wanted, {}, idle, start + 20s).at(0).step == Step::run);
}

TEST_CASE("supervisor: what failed under our eyes comes back") {
    Supervisor supervisor;
    CHECK(supervisor.look(wanted, one(State::running), idle, start).empty());
    CHECK(supervisor.look(wanted, one(State::failed), idle, start + 1s).at(0).step == Step::start);
    CHECK(supervisor.look(wanted, one(State::running), idle, start + 2s).empty());
}

TEST_CASE("supervisor: the third death for lack of memory within five minutes ends the restarts") {
    Supervisor supervisor;
    const std::string why = "out of memory";
    CHECK(supervisor.look(wanted, one(State::running, 0), idle, start).empty());
    CHECK(supervisor.look(wanted, one(State::running, 1, why), idle, start + 1min).empty());
    CHECK(supervisor.look(wanted, one(State::running, 2, why), idle, start + 2min).empty());
    const auto decisions = supervisor.look(wanted, one(State::running, 3, why), idle, start + 3min);
    REQUIRE(decisions.size() == 1);
    CHECK(decisions[0].step == Step::stop);
    CHECK(supervisor.trouble("a").starts_with("out of memory 3 times"));
    CHECK(supervisor.look(wanted, one(State::stopped), idle, start + 4min).empty());
    supervisor.forget("a"); // a person starts it
    CHECK(supervisor.look(wanted, one(State::stopped), idle, start + 5min).size() == 1);
}

TEST_CASE("supervisor: deaths that lie apart are none too many") {
    Supervisor supervisor;
    for (std::uint32_t i = 0; i < 10; ++i)
        CHECK(
            supervisor.look(wanted, one(State::running, i, "out of memory"), idle, start + i * 6min)
                .empty());
}
