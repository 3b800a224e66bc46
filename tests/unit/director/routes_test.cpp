#include "base/error.hpp"
#include "director/routes.hpp"

#include <doctest/doctest.h>

#include <set>

using director::Action;
using director::Envelope;
using director::parse_path;

TEST_CASE("routes: each name once") {
    std::set<std::string_view> names;
    for (const director::Route& route : director::routes())
        CHECK(names.insert(route.name).second);
}

TEST_CASE("routes: paths of both generations lead to the same actions") {
    const auto first = parse_path("/call/tsvc/echo");
    REQUIRE(first);
    CHECK(first->route->action == Action::call);
    CHECK(first->route->changes);
    CHECK(first->service == "tsvc");
    CHECK(first->method == "echo");
    CHECK_FALSE(first->envelope);

    const auto second = parse_path("/v2/call/tsvc/echo");
    REQUIRE(second);
    CHECK(second->route == first->route);
    CHECK(second->envelope == Envelope::bare);
    CHECK(parse_path("/v1/state")->envelope == Envelope::wrapped);
    CHECK(parse_path("/state")->route->envelope == Envelope::bare);
    CHECK(parse_path("/")->route->action == Action::page);
}

TEST_CASE("routes: there is no path but those in the table") {
    for (const std::string_view path :
         {"", "*", "/v2", "/nosuch", "/list/x", "/call/a", "/call/a/b/c", "/show", "/lists"})
        CHECK_FALSE(parse_path(path));
}

TEST_CASE("routes: a name is taken off its encoding and then looked at") {
    CHECK(parse_path("/show/%61bc")->service == "abc");
    for (const std::string_view path :
         {"/show/..", "/show/%2e%2e", "/show/a%2fb", "/run/;rm", "/run/A", "/run/", "/run/%zz",
          "/run/a%00", "/call/a/x:y", "/call/a/%20"}) {
        CAPTURE(path);
        CHECK_THROWS_AS(parse_path(path), base::Error);
    }
    CHECK_THROWS_AS(parse_path("/run/" + std::string(64, 'a')), base::Error);
    CHECK(parse_path("/run/" + std::string(63, 'a')));
}
