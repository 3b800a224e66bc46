#include "director/registrations.hpp"

#include <doctest/doctest.h>

using director::Generation;
using director::Registrations;
using namespace std::chrono_literals;

namespace {

constexpr auto start = base::SteadyClock::time_point{} + 1h;

} // namespace

TEST_CASE("registrations: the first announcement of a name is new, later ones keep it alive") {
    Registrations registrations{30s};
    CHECK(registrations.announced("a", Generation::second, start, 1000));
    CHECK_FALSE(registrations.announced("a", Generation::second, start + 20s, 21000));
    CHECK_FALSE(registrations.expire(start + 45s));
    REQUIRE(registrations.find("a") != nullptr);
    CHECK(registrations.find("a")->since_ms == 1000);
    CHECK(registrations.expire(start + 51s));
    CHECK(registrations.find("a") == nullptr);
}

TEST_CASE("registrations: only other methods are a change") {
    Registrations registrations{30s};
    const auto report = [&](std::string_view json) {
        return registrations.reported("a", Generation::first, rpc::parse_status(json), start, 0);
    };
    registrations.announced("a", Generation::first, start, 0);
    CHECK(report(R"({"app_uptime":1,"methods":[["m","none"]]})"));
    CHECK_FALSE(report(R"({"app_uptime":2,"methods":[["m","none"]]})"));
    CHECK(report(R"({"app_uptime":3,"methods":[["m","task"]]})"));
    CHECK(registrations.find("a")->status().raw.find("\"app_uptime\":3") != std::string::npos);
}

TEST_CASE("registrations: a service of both generations does not change by being asked by each") {
    Registrations registrations{30s};
    const auto report = [&](Generation generation, std::string_view json) {
        return registrations.reported("a", generation, rpc::parse_status(json), start, 0);
    };
    const std::string_view all = R"({"methods":[["m","none"],["n","handler"]]})";
    const std::string_view some = R"({"register":[{"method":"n","role":"handler"}]})";
    CHECK(report(Generation::first, all));
    CHECK(report(Generation::second, some));
    CHECK_FALSE(report(Generation::first, all));
    CHECK_FALSE(report(Generation::second, some));
    CHECK(registrations.find("a")->status().methods.size() == 2);
    CHECK(registrations.find("a")->registered().methods.size() == 1);
}

TEST_CASE("registrations: nobody ages while the bus is away") {
    Registrations registrations{30s};
    registrations.announced("a", Generation::first, start, 0);
    registrations.renew(start + 60s);
    CHECK_FALSE(registrations.expire(start + 80s));
}

TEST_CASE("registrations: a flood of names is not kept") {
    Registrations registrations{30s};
    for (int i = 0; i < 2000; ++i)
        registrations.announced("n" + std::to_string(i), Generation::first, start, 0);
    CHECK(registrations.all().size() == 1000);
}
