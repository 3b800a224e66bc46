#include "rpc/parameters.hpp"

#include <doctest/doctest.h>

#include <array>
#include <stdexcept>

using rpc::Parameters;

namespace {

constexpr std::array<std::string_view, 3> names{"name", "host", "port"};

} // namespace

TEST_CASE("parameters: by name, in any order") {
    const Parameters given{R"({"port": 9001, "name": "svc.a", "host": "127.0.0.1"})", names};
    CHECK(given.fault().empty());
    CHECK(given.text("name") == "svc.a");
    CHECK(given.text("host") == "127.0.0.1");
    CHECK(given.integer("port") == 9001);
}

TEST_CASE("parameters: by position, with some left out at the end") {
    const Parameters given{R"(["svc.b", "127.0.0.1"])", names};
    CHECK(given.fault().empty());
    CHECK(given.text("name") == "svc.b");
    CHECK_FALSE(given.given("port"));
    CHECK_FALSE(given.integer("port"));
}

TEST_CASE("parameters: none at all, in three spellings") {
    for (const std::string_view json : {"", "{}", "[ ]"}) {
        const Parameters given{json, names};
        CHECK(given.fault().empty());
        CHECK_FALSE(given.given("name"));
    }
}

TEST_CASE("parameters: too many, or unknown ones, are told") {
    CHECK(Parameters{R"([1, 2, 3, 4])", names}.fault() == "4 parameters where 3 are the most");
    CHECK(Parameters{R"({"name": "a", "url": "b", "x": 1})", names}.fault() ==
          "unknown parameter \"url\"");
}

TEST_CASE("parameters: a value of another kind is nothing") {
    const Parameters given{R"({"name": 5, "host": null, "port": "9001"})", names};
    CHECK_FALSE(given.text("name"));
    CHECK_FALSE(given.text("host"));
    CHECK(given.json("host") == "null");
    CHECK(given.integer("port") == 9001); // a number as text
    CHECK_FALSE(Parameters{R"({"port": 1.5})", names}.integer("port"));
    CHECK_FALSE(Parameters{R"({"port": ""})", names}.integer("port"));
    CHECK_FALSE(Parameters{R"({"port": 99999999999999999999})", names}.integer("port"));
    CHECK_THROWS_AS(static_cast<void>(given.json("nosuch")), std::logic_error);
}
