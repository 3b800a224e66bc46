#include "registry/incidents.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace std::chrono_literals;
using registry::Incident;
using registry::Incidents;

namespace {

struct Fixture {
    std::vector<std::string> told;
    Incidents incidents{[this](const std::string& line) { told.push_back(line); }};
    base::SteadyClock::time_point now{};

    void rename(const std::string& name, std::string peer = "10.0.0.1") {
        incidents.note({.kind = Incident::Kind::renamed,
                        .peer = std::move(peer),
                        .address = "h:1",
                        .name = name,
                        .before = "owner"},
                       now);
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "incidents: one that comes again is counted, and kept and told once") {
    rename("thief");
    rename("other");
    rename("thief");
    CHECK(incidents.count(Incident::Kind::renamed) == 3);
    CHECK(incidents.count(Incident::Kind::limited) == 0);
    REQUIRE(incidents.recent().size() == 2);
    CHECK(incidents.recent()[0].name == "thief");
    CHECK(incidents.recent()[0].times == 2);
    CHECK(incidents.recent()[1].times == 1);
    REQUIRE(told.size() == 2);
    CHECK(told[0] ==
          "10.0.0.1: the place h:1 of \"owner\", which is alive, is now that of \"thief\"");
}

TEST_CASE_FIXTURE(Fixture, "incidents: however many come, few are kept and few are told") {
    for (int i = 0; i < 100'000; ++i)
        rename("thief" + std::to_string(i), std::to_string(i));
    CHECK(incidents.count(Incident::Kind::renamed) == 100'000);
    CHECK(incidents.recent().size() == 100);
    CHECK(incidents.recent().front().name == "thief99999");
    CHECK(told.size() < 10);
    const std::size_t before = told.size();
    now += 10s;
    rename("late");
    REQUIRE(told.size() == before + 1);
    CHECK(told.back().ends_with(std::to_string(100'000 - before) + " others were not told"));
}
