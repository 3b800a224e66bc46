#include "base/error.hpp"
#include "cli/parser.hpp"
#include "command_line.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

namespace {

using Words = std::vector<std::string>;

/// The error that a command line ends in; fails the test if there is none.
base::Error error_of(Words words) {
    try {
        const CommandLine line{std::move(words)};
    } catch (const base::Error& error) {
        return error;
    }
    FAIL("no error");
    return {base::ErrorKind::internal, "", ""};
}

} // namespace

TEST_CASE("parser: a list is taken in all three forms, also mixed") {
    const Words wanted{"A", "B", "C"};
    CHECK(CommandLine{{"E", "--events", "A", "B", "C"}}.values("events") == wanted);
    CHECK(CommandLine{{"E", "--events", "A,B,C"}}.values("events") == wanted);
    CHECK(CommandLine{{"E", "--events=A,B,C"}}.values("events") == wanted);
    CHECK(CommandLine{{"E", "--events", "A", "--events", "B", "-e", "C"}}.values("events") ==
          wanted);
    CHECK(CommandLine{{"E", "--events", "A,B", "-eC"}}.values("events") == wanted);
}

TEST_CASE("parser: a list ends at an option, at --, at - and at a URL") {
    const CommandLine option{{"E", "--events", "A", "B", "-f"}};
    CHECK(option.values("events") == Words{"A", "B"});
    CHECK(option.values("follow") == Words{"true"});
    CHECK(CommandLine{{"E", "--events", "A", "--", "B"}}.parsed.rest == Words{"B"});
    CHECK(CommandLine{{"E", "--events", "A", "-"}}.parsed.args == Words{"E", "-"});

    const CommandLine url{{"--events", "A", "B", "redis://host", "E"}};
    CHECK(url.values("events") == Words{"A", "B"});
    CHECK(url.parsed.url == "redis://host");
    CHECK(url.parsed.args == Words{"E"});
}

TEST_CASE("parser: a list that begins with a URL is one of URLs") {
    const CommandLine line{{"E", "--events", "http://a", "http://b", "--count", "1"}};
    CHECK(line.values("events") == Words{"http://a", "http://b"});
}

TEST_CASE("parser: a comma in a pair's value splits only where another pair follows") {
    CHECK(CommandLine{{"E", "--filter-fields", "a=1,b=2"}}.values("filter-fields") ==
          Words{"a=1", "b=2"});
    CHECK(CommandLine{{"E", "--filter_fields", "note=hello, world", "b=2"}}.values(
              "filter-fields") == Words{"note=hello, world", "b=2"});
}

TEST_CASE("parser: short options combine, and take a value of any look") {
    const CommandLine line{{"-fc5", "-d{\"a\":-1}", "E"}};
    CHECK(line.values("follow") == Words{"true"});
    CHECK(line.values("count") == Words{"5"});
    CHECK(line.values("data") == Words{"{\"a\":-1}"});
    CHECK(CommandLine{{"E", "-d", "-x"}}.values("data") == Words{"-x"});
    CHECK(CommandLine{{"E", "--data", "--"}}.values("data") == Words{"--"});
    CHECK(CommandLine{{"E", "--data="}}.values("data") == Words{""});
    CHECK(CommandLine{{"E", "--data=a=b\nc"}}.values("data") == Words{"a=b\nc"});
}

TEST_CASE("parser: the last of several values counts") {
    CHECK(CommandLine{{"E", "-d1", "--data", "2"}}.values("data") == Words{"2"});
    CHECK(CommandLine{{"E", "--follow", "--no-follow"}}.values("follow") == Words{"false"});
    CHECK(CommandLine{{"E", "--no-follow", "-f"}}.values("follow") == Words{"true"});
}

TEST_CASE("parser: what stands behind -- is passed untouched") {
    const CommandLine line{{"E", "--", "-x", "--events", "--", "a b", ""}};
    CHECK(line.parsed.rest == Words{"-x", "--events", "--", "a b", ""});
    CHECK(line.parsed.args == Words{"E"});
}

TEST_CASE("parser: an unknown option is refused with a suggestion") {
    const auto near = error_of({"E", "--evnets", "A"});
    CHECK(near.kind() == base::ErrorKind::usage);
    CHECK(near.why() == "\"--evnets\"");
    CHECK(near.hint() == "did you mean --events?");
    CHECK(error_of({"E", "--no-folow"}).hint() == "did you mean --no-follow?");
    CHECK(error_of({"E", "--zzz=1"}).hint() == "--help lists all");
    CHECK(error_of({"E", "-x"}).why() == "\"-x\"");
    CHECK(error_of({"E", "-fx"}).why() == "\"-x\"");
    CHECK(error_of({"E", "-="}).why() == "\"-=\"");
    CHECK(error_of({"E", "--no-count", "1"}).why() == "\"--no-count\"");
}

TEST_CASE("parser: a missing or needless value names the option") {
    CHECK(error_of({"E", "--timeout"}).subject() == "--timeout");
    CHECK(error_of({"E", "-fd"}).subject() == "--data");
    CHECK(error_of({"E", "--events"}).subject() == "--events");
    CHECK(error_of({"E", "--events", "--follow"}).subject() == "--events");
    CHECK(error_of({"E", "--follow=yes"}).subject() == "--follow");
}

TEST_CASE("parser: a value is checked against its kind") {
    for (const Words& words :
         {Words{"--count", "many"}, Words{"--count=-1"}, Words{"--count=99999999999999999999"},
          Words{"--max-size", "1q"}, Words{"--timeout", "1w"}, Words{"--mode", "exce"},
          Words{"--output", "xml"}, Words{"--color", "maybe"}, Words{"--filter-fields", "novalue"},
          Words{"--filter-fields", "=v"}}) {
        Words line{"E"};
        line.insert(line.end(), words.begin(), words.end());
        const auto error = error_of(line);
        CHECK(error.kind() == base::ErrorKind::usage);
        CHECK(error.subject() == words.front().substr(0, words.front().find('=')));
    }
}

TEST_CASE("parser: a variable stands in for an option, and its bad value is bad configuration") {
    ::setenv("BAND_MAX_SIZE", "1k", 1);
    CHECK(CommandLine{{"E"}}.values("max-size") == Words{"1k"});
    CHECK(CommandLine{{"E", "--max-size", "2k"}}.values("max-size") == Words{"2k"});
    ::setenv("BAND_MAX_SIZE", "much", 1);
    const auto error = error_of({"E"});
    CHECK(error.kind() == base::ErrorKind::config);
    CHECK(error.subject() == "BAND_MAX_SIZE");
    ::setenv("BAND_MAX_SIZE", "", 1);
    CHECK(CommandLine{{"E"}}.values("max-size").empty());
    ::unsetenv("BAND_MAX_SIZE");
}

TEST_CASE("parser: a wrong number of arguments names what is missing or too much") {
    CHECK(error_of({}).subject() == "EVENT");
    CHECK(error_of({"redis://host"}).subject() == "EVENT");
    CHECK(error_of({"E", "F", "G"}).why() == "\"G\"");
    CHECK(error_of({"redis://a", "E", "F", "redis://user:canary@b"}).why() ==
          "\"redis://user:***@b\"");
    CHECK(error_of({}).hint() == "usage: sample [OPTION...] [URL] EVENT [PAYLOAD] -- [WORD...]");
}

TEST_CASE("synopsis: tells what is required, optional and repeated") {
    const auto run = cli::parse_synopsis("NAME -- PROGRAM [ARG...]");
    CHECK_FALSE(run.url);
    CHECK(run.args.required == Words{"NAME"});
    CHECK(run.args.most == 1);
    CHECK(run.rest.required == Words{"PROGRAM"});
    CHECK(run.rest.most == cli::Arity::unlimited);
    const auto many = cli::parse_synopsis("[URL] SERVICE...");
    CHECK(many.url);
    CHECK(many.args.required == Words{"SERVICE"});
    CHECK(many.args.most == cli::Arity::unlimited);
    CHECK(cli::parse_synopsis("").args.most == 0);
}
