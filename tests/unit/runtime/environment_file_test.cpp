#include "base/error.hpp"
#include "runtime/environment_file.hpp"
#include "support/temp_directory.hpp"

#include <doctest/doctest.h>

TEST_CASE("environment file: comments, quotes, export and blanks") {
    const support::TempDirectory directory;
    const auto path = directory.write(".env", "# why\n\n A = one \nexport B='two  words'\r\n"
                                              "C=\"x=y\"\nD=\nA=again\nE='half\n");
    const runtime::Variables expected{
        {"A", "again"}, {"B", "two  words"}, {"C", "x=y"}, {"D", ""}, {"E", "'half"}};
    CHECK(runtime::read_environment_file(path) == expected);
    CHECK(runtime::read_environment_file(directory.path() / "none").empty());
}

TEST_CASE("environment file: a bad line is named by its number") {
    const support::TempDirectory directory;
    for (const char* line : {"just words", "1A=x", "A-B=x", "=x", "PATH=/tmp", "LD_PRELOAD=x"})
        CHECK_THROWS_WITH_AS(
            runtime::read_environment_file(directory.write(".env", "OK=1\n" + std::string(line))),
            doctest::Contains(".env:2: "), base::Error);
    CHECK_THROWS_AS(
        runtime::read_environment_file(directory.write(".env", "A=" + std::string(300000, 'x'))),
        base::Error);
}
