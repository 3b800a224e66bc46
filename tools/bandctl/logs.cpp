#include "base/clock.hpp"
#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/shared_options.hpp"
#include "tools/bandctl/log_lines.hpp"
#include "tools/bandctl/open_host.hpp"

namespace bandctl {

namespace {

using base::Error;
using base::ErrorKind;

constexpr cli::Option own_options[] = {
    {.name = "follow", .letter = 'f', .help = "Go on until the service ends, or Ctrl-C"},
    {.name = "since",
     .kind = cli::Kind::text,
     .value = "TIME",
     .help = "From then on: 10m (ago), 14:30, 2026-11-21T01:26:56Z",
     .variable = ""},
    {.name = "last",
     .letter = 'n',
     .kind = cli::Kind::integer,
     .value = "N",
     .help = "Only the last N of what is there",
     .variable = ""},
    {.name = "timestamps", .help = "Put the time before each line"},
    cli::timeout_option(),
};

constexpr cli::OptionGroup groups[] = {{"What to show", own_options}};

constexpr cli::Example examples[] = {
    {"What it wrote, and what it writes from now on", "bandctl logs -f hello"},
    {"The last minute, for another program", "bandctl logs hello --since 1m -o ndjson"},
};

host::LogOptions options_of(const cli::Invocation& in) {
    host::LogOptions options;
    options.follow = in.flag("follow");
    if (const auto since = in.text("since")) {
        try {
            options.since_ms = base::parse_time(*since, base::unix_ms());
        } catch (const Error& error) {
            throw Error(ErrorKind::usage, "--since", error.why(), error.hint());
        }
    }
    if (const auto last = in.integer("last"))
        options.last_lines = static_cast<std::size_t>(*last);
    return options;
}

void run(cli::Invocation& in) {
    const base::StopSignal stop;
    const std::string& name = in.args().front();
    const host::LogOptions options = options_of(in);
    const host::LogSink sink = in.format() == cli::Format::ndjson
                                   ? print_json_lines(in, name)
                                   : print_plain_lines(in, in.flag("timestamps"));
    in.out().set_following(options.follow);
    const auto forever = std::chrono::hours{24 * 365 * 100};
    const host::Wait wait = wait_of(in, stop, forever);
    const auto host = open_host(in);
    try {
        if (!host->logs(name, options, sink, wait))
            throw_unknown(*host, name, wait);
    } catch (const Error& error) {
        // A follower that is stopped has done its work.
        if (!options.follow || error.kind() != ErrorKind::interrupted)
            throw;
    }
}

} // namespace

extern const cli::Command logs_command;
const cli::Command logs_command{
    .name = "logs",
    .args = "SERVICE",
    .summary = "Show what a service wrote to its output",
    .group = "Services",
    .description = "Shows standard output and standard error of the service's program. What "
                   "services write to the bus is shown by logger.",
    .examples = examples,
    .options = groups,
    .formats = "raw|ndjson",
    .complete = service_names,
    .run = run,
};

} // namespace bandctl
