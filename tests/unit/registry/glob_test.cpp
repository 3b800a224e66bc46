#include "registry/glob.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using registry::Glob;

namespace {

bool matches(std::string_view pattern, std::string_view name) {
    return Glob{pattern}.matches(name);
}

} // namespace

TEST_CASE("glob: it is about the whole name") {
    CHECK(matches("svc.a", "svc.a"));
    CHECK_FALSE(matches("svc", "svc.a"));
    CHECK_FALSE(matches("vc.a", "svc.a"));
    CHECK(matches("", ""));
    CHECK_FALSE(matches("", "a"));
}

TEST_CASE("glob: * is any text, ? is one character") {
    CHECK(matches("*", ""));
    CHECK(matches("*", "anything at all"));
    CHECK(matches("svc.*", "svc."));
    CHECK(matches("*.a", "svc.a"));
    CHECK(matches("a*b*c", "a1b2b3c"));
    CHECK_FALSE(matches("a*b*c", "a1b2b3"));
    CHECK(matches("svc.?", "svc.a"));
    CHECK_FALSE(matches("svc.?", "svc."));
    CHECK_FALSE(matches("svc.?", "svc.ab"));
    CHECK(matches("**?", "x"));
}

TEST_CASE("glob: % and _ mean themselves") {
    CHECK_FALSE(matches("%", "svc"));
    CHECK_FALSE(matches("sv_", "svc"));
    CHECK(matches("100%", "100%"));
    CHECK(matches("a_b", "a_b"));
}

TEST_CASE("glob: a set is one of its characters, a range, or none of them") {
    CHECK(matches("svc.[ab]", "svc.a"));
    CHECK_FALSE(matches("svc.[ab]", "svc.c"));
    CHECK(matches("db[0-9]", "db7"));
    CHECK_FALSE(matches("db[0-9]", "dbx"));
    CHECK(matches("db[!0-9]", "dbx"));
    CHECK_FALSE(matches("db[!0-9]", "db1"));
    CHECK(matches("[]x]", "]"));
    CHECK(matches("[a-]", "-"));
    CHECK(matches("*[0-9]", "svc1"));
}

TEST_CASE("glob: a bracket that is not closed means itself") {
    CHECK(matches("a[b", "a[b"));
    CHECK(matches("[", "["));
    CHECK_FALSE(matches("[", "a"));
    CHECK(matches("[]", "[]"));
}

TEST_CASE("glob: ASCII letters are the same in both cases, others are not") {
    CHECK(matches("SVC.A", "svc.a"));
    CHECK(matches("svc.*", "SVC.Alpha"));
    CHECK(matches("svc.[A-C]", "svc.b"));
    CHECK_FALSE(matches("\u00c4", "\u00e4"));
}

TEST_CASE("glob: a character outside of ASCII is one character") {
    CHECK(matches("caf?", "caf\u00e9"));
    CHECK(matches("caf[\u00e8-\u00ea]", "caf\u00e9"));
    CHECK_FALSE(matches("caf??", "caf\u00e9"));
}

TEST_CASE("glob: a hostile pattern takes no exponential time") {
    std::string pattern;
    for (int i = 0; i < 120; ++i)
        pattern += "*a";
    CHECK_FALSE(matches(pattern, std::string(255, 'a') + "b"));
}

TEST_CASE("glob: the prefix is what every match begins with") {
    CHECK(Glob{"Svc.*x"}.prefix() == "svc.");
    CHECK(Glob{"svc[1"}.prefix() == "svc[1");
    CHECK(Glob{"svc[1]"}.prefix() == "svc");
    CHECK(Glob{"svc"}.literal());
    CHECK_FALSE(Glob{"svc*"}.literal());
    CHECK(Glob{"svc*"}.begins("SVC.a"));
    CHECK_FALSE(Glob{"svc*"}.begins("sv"));
}

TEST_CASE("glob: names that a prefix may match stand together") {
    std::vector<std::string> names{"b", "Ab", "aa", "B", "ab", "AA", "a"};
    std::ranges::sort(names, registry::NameOrder{});
    CHECK(names == std::vector<std::string>{"a", "AA", "aa", "Ab", "ab", "B", "b"});
}
