#include "base/byte_size.hpp"
#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/records.hpp"
#include "cli/shared_options.hpp"
#include "codec/json_writer.hpp"
#include "tools/bandctl/open_host.hpp"

#include <cstdio>
#include <poll.h>

namespace bandctl {

namespace {

using namespace std::chrono_literals;

constexpr cli::Column columns[] = {{"NAME"},
                                   {"CPU", cli::Align::right},
                                   {"MEMORY", cli::Align::right},
                                   {"LIMIT", cli::Align::right},
                                   {"METHODS", cli::Align::left, true}};

constexpr cli::Option own_options[] = {
    {.name = "interval",
     .kind = cli::Kind::duration,
     .help = "How often it looks",
     .fallback = "2s",
     .variable = ""},
    {.name = "count",
     .letter = 'c',
     .kind = cli::Kind::integer,
     .value = "N",
     .help = "Look N times and end; without it once, or at a terminal until Ctrl-C",
     .variable = ""},
    cli::timeout_option("10s"),
};

constexpr cli::OptionGroup groups[] = {{"Services", own_options}};

constexpr cli::Example examples[] = {
    {"Watch what services use", "bandctl top"},
    {"Once a minute, for a script", "bandctl top -o ndjson --interval 1m --count 60"},
};

std::string percent_text(double percent) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f%%", percent);
    return text;
}

std::string json_of(const runtime::Usage& usage) {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_object();
    json.member("name", usage.name);
    json.member("cpu_percent", usage.cpu_percent);
    json.member("memory_bytes", usage.memory_bytes);
    json.member("memory_limit", usage.memory_limit);
    json.end_object();
    return text;
}

void show(cli::Invocation& in, const std::vector<runtime::Usage>& usages,
          const std::vector<host::Service>& services) {
    cli::Records records{in, columns};
    for (const runtime::Usage& usage : usages) {
        std::string methods;
        for (const host::Service& service : services)
            if (service.name == usage.name)
                methods = service.answers ? std::to_string(service.methods.size()) : "-";
        const std::string cells[] = {
            usage.name, percent_text(usage.cpu_percent), base::format_byte_size(usage.memory_bytes),
            usage.memory_limit == 0 ? "-" : base::format_byte_size(usage.memory_limit), methods};
        records.add(usage.name, json_of(usage), cells);
    }
    records.finish();
}

void run(cli::Invocation& in) {
    const base::StopSignal stop;
    const auto host = open_host(in);
    const bool screen = in.out().terminal() && in.format() == cli::Format::table;
    const std::int64_t count = in.integer("count").value_or(screen ? 0 : 1);
    for (std::int64_t turn = 1; stop.requested() == 0; ++turn) {
        const host::Wait wait{base::Deadline::after(10s), stop.fd()};
        const auto usages = host->usage(wait);
        const auto services = host->list(wait);
        if (screen && count != 1)
            in.out().write("\x1b[H\x1b[2J"); // ECMA-48: home, erase the display
        show(in, usages, services);
        in.out().flush();
        if (turn == count)
            break;
        pollfd stopping{stop.fd(), POLLIN, 0};
        ::poll(&stopping, 1, static_cast<int>(in.duration("interval")->count()));
    }
}

} // namespace

extern const cli::Command top_command;
const cli::Command top_command{
    .name = "top",
    .summary = "Watch what services use of processor and memory",
    .group = "Services",
    .description = "CPU is in percent of one processor, over the time since the last look; the "
                   "first time since the service started. Memory is that of all its processes.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|ndjson",
    .run = run,
};

} // namespace bandctl
