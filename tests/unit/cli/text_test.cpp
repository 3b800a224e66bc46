// The small parts that turn something into text.
#include "cli/error_report.hpp"
#include "cli/option.hpp"
#include "cli/progress.hpp"
#include "cli/redact.hpp"
#include "cli/style.hpp"
#include "cli/suggest.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <cstring>

TEST_CASE("exit codes: each kind of error has the documented one") {
    using enum base::ErrorKind;
    const std::initializer_list<std::pair<base::ErrorKind, int>> table{{no, 1},
                                                                       {usage, 2},
                                                                       {data, 65},
                                                                       {no_input, 66},
                                                                       {unavailable, 69},
                                                                       {internal, 70},
                                                                       {cannot_create, 73},
                                                                       {io, 74},
                                                                       {temporary, 75},
                                                                       {protocol, 76},
                                                                       {no_permission, 77},
                                                                       {config, 78},
                                                                       {timeout, 124},
                                                                       {cannot_run, 125},
                                                                       {not_executable, 126},
                                                                       {not_found, 127},
                                                                       {interrupted, 130},
                                                                       {terminated, 143}};
    for (const auto& [kind, code] : table)
        CHECK(static_cast<int>(cli::exit_code_of(kind)) == code);
    CHECK(cli::name_of(cli::ExitCode::tempfail) == "tempfail");
}

TEST_CASE("option: its variable is BAND_ and its name") {
    CHECK(cli::variable_of({.name = "foo-bar", .kind = cli::Kind::text, .help = ""}) ==
          "BAND_FOO_BAR");
    CHECK(cli::variable_of({.name = "follow", .help = ""}).empty());
    CHECK(cli::variable_of({.name = "url", .help = "", .variable = "BAND_BUS"}) == "BAND_BUS");
}

TEST_CASE("suggest: finds near misses and nothing else") {
    const std::array<std::string, 3> names{"OrderPlaced", "OrderPaid", "stop"};
    CHECK(cli::nearest("OrderPlcaed", names) == "OrderPlaced");
    CHECK(cli::nearest("orderpaid", names) == "OrderPaid");
    CHECK(cli::nearest("stpo", names) == "stop");
    CHECK_FALSE(cli::nearest("start-all", names));
    CHECK_FALSE(cli::nearest("", names));
    CHECK(cli::did_you_mean("stopp", names) == "did you mean stop?");
    CHECK(cli::did_you_mean("xyz", names).empty());
}

TEST_CASE("redact: hides the password of every URL, also of broken ones") {
    CHECK(cli::redacted("redis://user:pw@host/1") == "redis://user:***@host/1");
    CHECK(cli::redacted("redis://:p@ss/w:rd@host") == "redis://:***@host");
    CHECK(cli::redacted("unix:///s?password=pw&db=1 is") == "unix:///s?password=***&db=1 is");
    CHECK(cli::redacted("redis://u:a@h/?db=1&password=b") == "redis://u:***@h/?db=1&password=***");
    CHECK(cli::redacted("no URL, ?password=x") == "no URL, ?password=x");
    CHECK(cli::redacted("\"redis://u:a@h\" and amqp://u:b@h.") ==
          "\"redis://u:***@h\" and amqp://u:***@h.");
    for (const auto* plain : {"redis://host:6379/0", "redis://user@host:6379", "a:b@c", ""})
        CHECK(cli::redacted(plain) == plain);
}

TEST_CASE("redact: overwrites the password in the arguments, and nothing of it is left") {
    char program[] = "tool";
    char url[] = "--url=redis://u:canary@host/1";
    char plain[] = "redis://host:1/0";
    char brief[] = "redis://:x@h";
    char query[] = "unix:///s?password=canary&db=1";
    char* argv[] = {program, url, plain, brief, query, nullptr};
    const std::size_t size = sizeof url;
    CHECK(cli::blank_passwords(5, argv));
    CHECK(std::string_view{query} == "unix:///s?password=***&db=1");
    CHECK(std::string_view{url} == "--url=redis://u:***@host/1");
    CHECK(std::string_view{url, size}.find("ry") == std::string_view::npos);
    CHECK(std::string_view{plain} == "redis://host:1/0");
    CHECK(std::string_view{brief} == "redis://:*@h");
    CHECK_FALSE(cli::blank_passwords(1, argv));
}

TEST_CASE("error: one harmless line, or one JSON object") {
    const base::Error error{base::ErrorKind::unavailable, "redis://u:canary@h", "\x1b[31mno\n",
                            "say \"when\""};
    CHECK(cli::error_text("tool", error, false) ==
          "tool: redis://u:***@h: \\x1b[31mno\\n; say \"when\"");
    CHECK(cli::error_text("tool", error, true) ==
          R"({"error":{"tool":"tool","code":"unavailable","exit":69,"what":"redis://u:***@h",)"
          R"("why":"\\x1b[31mno\\n","hint":"say \"when\""}})");
}

TEST_CASE("error: what a program printed stands above the line, or in the object") {
    const base::Error error{base::ErrorKind::data, "build of x", "failed", "", {"one", "\x1b[2J"}};
    CHECK(cli::error_text("tool", error, false) == "  one\n  \\x1b[2J\ntool: build of x: failed");
    CHECK(cli::error_text("tool", error, true)
              .ends_with(R"("hint":"","output":["one","\\x1b[2J"]}})"));
}

TEST_CASE("error: is JSON when the command line asks for it, even a wrong one") {
    using Words = std::vector<std::string>;
    for (const Words& words : {Words{"-j"}, Words{"--json"}, Words{"-o", "json"}, Words{"-ondjson"},
                               Words{"--output=json"}, Words{"--output", "ndjson", "--bad"}})
        CHECK(cli::wants_json_errors(words));
    for (const Words& words : {Words{}, Words{"-o", "table"}, Words{"--", "-j"}, Words{"-o"}})
        CHECK_FALSE(cli::wants_json_errors(words));
}

TEST_CASE("colour: the option goes first, then NO_COLOR, CLICOLOR_FORCE, then the terminal") {
    for (const auto* name : {"NO_COLOR", "CLICOLOR_FORCE"})
        ::unsetenv(name);
    ::setenv("TERM", "xterm", 1);
    CHECK(cli::wants_colour("auto", true));
    CHECK_FALSE(cli::wants_colour("auto", false));
    CHECK(cli::wants_colour("always", false));
    CHECK_FALSE(cli::wants_colour("never", true));
    ::setenv("CLICOLOR_FORCE", "0", 1);
    CHECK_FALSE(cli::wants_colour("auto", false));
    ::setenv("CLICOLOR_FORCE", "1", 1);
    CHECK(cli::wants_colour("auto", false));
    ::setenv("NO_COLOR", "1", 1);
    CHECK_FALSE(cli::wants_colour("auto", true));
    CHECK(cli::wants_colour("always", true));
    ::unsetenv("NO_COLOR");
    ::unsetenv("CLICOLOR_FORCE");
    ::setenv("TERM", "dumb", 1);
    CHECK_FALSE(cli::wants_colour("auto", true));
}

TEST_CASE("progress: shows rate, and with a total the share and the time left") {
    using namespace std::chrono_literals;
    CHECK(cli::progress_text("events", 0, {}, 0ms) == "0 events");
    CHECK(cli::progress_text("events", 1000, {}, 2s) == "1000 events  500/s");
    CHECK(cli::progress_text("events", 250, 1000, 1s) ==
          "[======                  ]  25%  250 events  250/s  3s left");
    CHECK(cli::progress_text("events", 1000, 1000, 4s) ==
          "[========================] 100%  1000 events  250/s");
    CHECK(cli::progress_text("events", 0, 0, 1s).starts_with("[========================] 100%"));
}
