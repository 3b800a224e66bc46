// A program that does nothing but take a command line: the test subject of
// tests/cli/conventions.bats.
#include "base/duration.hpp"
#include "base/error.hpp"
#include "cli/progress.hpp"
#include "cli/run_main.hpp"
#include "cli/shared_options.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>

namespace {

std::vector<cli::Candidate> topics(cli::Invocation& before, std::string_view) {
    return {{"OrderPlaced", "from " + before.bus().url}, {"OrderPaid", "another topic"}};
}

std::vector<cli::Candidate> never_ready(cli::Invocation&, std::string_view) {
    std::this_thread::sleep_for(std::chrono::seconds{60});
    return {{"late", ""}};
}

constexpr cli::Option own_options[] = {
    {.name = "events",
     .kind = cli::Kind::list,
     .value = "PATTERN",
     .help = "Show events with these names",
     .complete = topics},
    {.name = "filter-fields",
     .kind = cli::Kind::pairs,
     .help = "Show what has these values",
     .alias = "filter_fields"},
    {.name = "follow", .letter = 'f', .help = "Go on when all is shown", .negatable = true},
    {.name = "count", .letter = 'c', .kind = cli::Kind::integer, .help = "End after N"},
    {.name = "max-size", .kind = cli::Kind::size, .help = "Refuse more", .fallback = "16MiB"},
    {.name = "data",
     .letter = 'd',
     .kind = cli::Kind::text,
     .value = "TEXT",
     .help = "The payload"},
    {.name = "input", .kind = cli::Kind::file, .help = "Read FILE"},
    {.name = "slow", .kind = cli::Kind::text, .help = "Complete too late", .complete = never_ready},
    {.name = "fail",
     .kind = cli::Kind::choice,
     .help = "End in this way",
     .choices = "no|data|unavailable|protocol|timeout|bug|no-exception-type|status"},
    {.name = "flood", .help = "Write until it fails"},
    {.name = "wait-for-input", .help = "Stay until standard input ends"},
    {.name = "progress", .help = "Show a progress bar and notices"},
    cli::timeout_option("10s"),
};

constexpr cli::OptionGroup groups[] = {{"Options", own_options}, cli::bus_options};

constexpr cli::Example examples[] = {
    {"Show what a command line means", "demo_tool OrderPlaced --events 'Order*' Paid"},
    {"Read the answer with another program", "demo_tool OrderPlaced -j | jq .args"},
};

void fail(const std::string& how) {
    using enum base::ErrorKind;
    if (how == "no")
        throw base::Error(no, "cannot publish \"order\"", "nobody \x1b[31mlistens", "start one");
    if (how == "data")
        throw base::Error(data, "orders.json:12:8", "not JSON");
    if (how == "unavailable")
        throw base::Error(unavailable, "redis://user:canary@host", "Connection refused");
    if (how == "protocol")
        throw base::Error(protocol, "the \"server\"", "speaks\nnonsense \xff");
    if (how == "timeout")
        throw base::Error(timeout, "no answer", "--timeout 10s has run out");
    if (how == "bug")
        throw std::logic_error("a state that cannot be");
}

void show_progress(cli::Invocation& in) {
    cli::Progress bar{in.notice(), "events", 4};
    for (std::uint64_t done = 1; done <= 4; ++done)
        bar.update(done);
    in.notice().say("waiting for \x1b]0;title");
    in.notice().detail("a detail");
}

void show_list(cli::Invocation& in, std::string_view name) {
    for (const auto& value : in.list(name))
        in.out().line(std::string{name} + '=' + value);
}

void show(cli::Invocation& in) {
    auto& out = in.out();
    for (const auto& arg : in.args())
        out.line("arg=" + arg);
    for (const auto& word : in.rest())
        out.line("rest=" + word);
    show_list(in, "events");
    show_list(in, "filter-fields");
    for (const auto name : {"count", "data", "input", "max-size"}) {
        if (in.given(name))
            out.line(std::string{name} + '=' + *in.text(name));
    }
    if (in.given("follow"))
        out.line(in.flag("follow") ? "follow" : "no-follow");
    out.line("timeout=" + base::format_duration(in.timeout().value_or(std::chrono::seconds{0})));
    out.line(std::string{in.style().green} + "done" + std::string{in.style().reset});
}

cli::ExitCode run(cli::Invocation& in) {
    if (in.flag("progress"))
        show_progress(in);
    const auto bus = in.bus();
    in.out().line("bus=" + bus.url + " from " + bus.source);
    if (bus.password)
        in.out().line("password of " + std::to_string(bus.password->size()));
    if (in.flag("wait-for-input")) {
        in.out().flush();
        while (std::getchar() != EOF)
            ;
    }
    while (in.flag("flood"))
        in.out().line("and again");
    show(in);
    fail(in.choice("fail"));
    return in.choice("fail") == "status" ? cli::ExitCode::unknown : cli::ExitCode::ok;
}

constexpr cli::Command demo_command{
    .name = "demo_tool",
    .args = "[URL] EVENT [PAYLOAD] -- [WORD...]",
    .summary = "Show what a command line means",
    .description = "Prints each option and argument as it was understood. It talks to nobody.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|ndjson",
    .run = run,
};

} // namespace

int main(int argc, char** argv) {
    return cli::run_main(argc, argv, demo_command);
}
