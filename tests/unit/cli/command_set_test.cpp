#include "base/error.hpp"
#include "cli/command_set.hpp"
#include "cli/declaration.hpp"
#include "cli/option_table.hpp"
#include "cli/shared_options.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace {

constexpr cli::Command stop{.name = "stop",
                            .args = "SERVICE...",
                            .summary = "Stop services",
                            .group = "Services",
                            .formats = "table|json",
                            .run = +[](cli::Invocation&) {}};
constexpr cli::Command list{.name = "list",
                            .alias = "ls",
                            .summary = "List services",
                            .group = "Services",
                            .options = std::span{&cli::bus_options, 1},
                            .run = +[](cli::Invocation&) {}};
constexpr const cli::Command* commands[] = {&stop, &list};
constexpr cli::CommandSet set{.name = "many",
                              .summary = "Do many things",
                              .options = std::span{&cli::bus_options, 1},
                              .commands = commands};

using Words = std::vector<std::string>;

} // namespace

TEST_CASE("command set: what follows the subcommand is its own, shared options go with it") {
    const auto cut = [](const Words& words) { return cli::cut_at_subcommand(set, words); };
    CHECK(cut({"stop", "-v", "a"}).name == "stop");
    CHECK(cut({"stop", "-v", "a"}).words == Words{"-v", "a"});
    CHECK(cut({"-v", "--url", "stop", "list", "a"}).name == "list");
    CHECK(cut({"-v", "--url", "stop", "list", "a"}).words == Words{"-v", "--url", "stop", "a"});
    CHECK(cut({"--url=x", "-o", "json", "ls"}).name == "ls");
    CHECK(cut({"-ojson", "ls", "--", "-v"}).words == Words{"-ojson", "--", "-v"});
    CHECK(cut({"--", "list", "a"}).words == Words{"a"});
    CHECK_FALSE(cut({"-v", "--url", "stop"}).name);
    CHECK_FALSE(cut({}).name);
}

TEST_CASE("command set: a command is found by name and alias, and a near miss is suggested") {
    CHECK(set.find("list") == &list);
    CHECK(set.find("ls") == &list);
    CHECK(set.find("") == nullptr);
    CHECK(set.find("lists") == nullptr);
    try {
        (void)set.get("stpo");
        FAIL("found");
    } catch (const base::Error& error) {
        CHECK(error.kind() == base::ErrorKind::usage);
        CHECK(error.hint() == "did you mean stop?");
    }
    CHECK_THROWS_WITH_AS((void)set.get("x\x1b"), "no such command: \"x\\x1b\"; --help lists all",
                         base::Error);
}

TEST_CASE("command set: shared options are taken once, also by a command that names them itself") {
    const cli::OptionTable own{list, set.options};
    const cli::OptionTable shared{stop, set.options};
    for (const auto* const table : {&own, &shared})
        CHECK(std::ranges::count(table->all(), std::string_view{"url"}, &cli::Option::name) == 1);
}

TEST_CASE("command set: the declaration has what is shared first, then each command's own") {
    const auto text = cli::declaration_of(set, "many");
    const auto at = text.find("\ncommand\tstop\t-\tServices\tmany stop [OPTION...] SERVICE...\t");
    CHECK(at != std::string::npos);
    CHECK(text.find("\noption\turl\t") < at);
    CHECK(text.find("\noption\turl\t", at) == std::string::npos);
    CHECK(text.find("\noption\toutput\to\ttable|json\t", at) != std::string::npos);
    CHECK(text.find("\ncommand\tlist\tls\tServices\tmany list [OPTION...]\t") != std::string::npos);
}
