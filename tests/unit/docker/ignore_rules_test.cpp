#include "base/error.hpp"
#include "docker/ignore_rules.hpp"

#include <doctest/doctest.h>

using docker::IgnoreRules;

namespace {

bool ignores(std::string_view rules, std::string_view path) {
    return IgnoreRules{rules}.ignores(path);
}

} // namespace

TEST_CASE("ignore: the patterns of the documentation") {
    struct Case {
        const char* rule;
        const char* path;
        bool ignored;
    };
    constexpr Case cases[] = {
        {"*/temp*", "somedir/temporary.txt", true},
        {"*/temp*", "somedir/temp", true},
        {"*/temp*", "temp", false},
        {"*/*/temp*", "somedir/subdir/temporary.txt", true},
        {"*/*/temp*", "somedir/temporary.txt", false},
        {"temp?", "tempa", true},
        {"temp?", "temp", false},
        {"temp?", "tempab", false},
        {"**/*.go", "main.go", true},
        {"**/*.go", "a/b/main.go", true},
        {"**/*.go", "a/b/main.c", false},
        {"*.md", "README.md", true},
        {"*.md", "docs/README.md", false},
        {"/foo/bar", "foo/bar", true},
        {"foo/bar", "foo/bar/deep/er", true},
        {"foo/bar", "foo/barn", false},
        {"foo/", "foo/x", true},
        {"./foo/../bar", "bar", true},
        {"**", "anything/at/all", true},
        {"a/**/z", "a/z", true},
        {"a/**/z", "a/b/c/z", true},
        {"a/**/z", "a/bz", false},
        {"a/**", "a/b", true},
        {"a/**", "a", false},
        {"**/node_modules", "x/node_modules/y/z", true},
        {"**/node_modules", "x/my_node_modules", false},
        {"[a-c].txt", "b.txt", true},
        {"[a-c].txt", "d.txt", false},
        {"[^a-c].txt", "d.txt", true},
        {"[^a-c].txt", "b.txt", false},
        {"\\*.txt", "*.txt", true},
        {"\\*.txt", "a.txt", false},
        {"**.log", "a/b.log", true},
        {".", "x", false},
        {"a b", "a b", true},
    };
    for (const Case& one : cases) {
        INFO(one.rule, " ", one.path);
        CHECK(ignores(one.rule, one.path) == one.ignored);
    }
}

TEST_CASE("ignore: the last rule that matches decides") {
    constexpr std::string_view rules = "*.md\n!README*.md\nREADME-secret.md\n";
    CHECK(ignores(rules, "notes.md"));
    CHECK_FALSE(ignores(rules, "README.md"));
    CHECK(ignores(rules, "README-secret.md"));
    CHECK(IgnoreRules{rules}.has_exceptions());
    CHECK_FALSE(ignores("dir\n!dir/keep\n", "dir/keep"));
    CHECK(ignores("dir\n!dir/keep\n", "dir/other"));
}

TEST_CASE("ignore: comments, blanks, line ends of Windows and a byte order mark") {
    CHECK_FALSE(ignores("# x\n\n  \n", "# x"));
    CHECK(ignores("\xef\xbb\xbf x \r\n", "x"));
    CHECK_FALSE(ignores("x\n ! x \n", "x"));
}

TEST_CASE("ignore: a set without an end names its line") {
    try {
        IgnoreRules{"fine\n[a-\n"};
        FAIL("accepted");
    } catch (const base::Error& error) {
        CHECK(error.subject() == ".dockerignore:2");
        CHECK(error.kind() == base::ErrorKind::data);
    }
    CHECK_THROWS_AS(IgnoreRules{"[\\"}, base::Error);
}

TEST_CASE("ignore: a pattern of many stars is not slow") {
    std::string rule;
    for (int i = 0; i < 200; ++i)
        rule += "*a**/";
    CHECK_FALSE(ignores(rule + "b", std::string(4000, 'a')));
}
