#include "base/byte_size.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/records.hpp"
#include "cli/shared_options.hpp"
#include "codec/json_writer.hpp"
#include "tools/bandctl/open_host.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <poll.h>

namespace bandctl {

namespace {

using namespace std::chrono_literals;

constexpr cli::Column columns[] = {{"NAME"},
                                   {"CPU", cli::Align::right},
                                   {"MEMORY", cli::Align::right},
                                   {"LIMIT", cli::Align::right},
                                   {"CALLS", cli::Align::right},
                                   {"CALLS/S", cli::Align::right}};

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

/// Looking is not to be what keeps the machine busy.
constexpr auto shortest_interval = 100ms;

std::string fixed(double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", number);
    return text;
}

struct Row {
    host::Usage usage;
    std::optional<double> calls_per_s; // since the last look
};

/// One look after the other: what is counted becomes a rate by the one before.
class Looks {
public:
    explicit Looks(host::Host& host) : host_(host) {}

    std::vector<Row> look(const host::Wait& wait) {
        std::map<std::string, std::uint64_t> calls;
        std::vector<host::Usage> usages = host_.usage(wait);
        const auto now = base::SteadyClock::now();
        const std::chrono::duration<double> passed = now - last_look_;
        std::vector<Row> rows;
        for (host::Usage& usage : usages) {
            Row& row = rows.emplace_back(Row{std::move(usage), {}});
            if (!row.usage.calls)
                continue;
            const std::uint64_t count = *row.usage.calls;
            calls[row.usage.of.name] = count;
            const auto before = last_.find(row.usage.of.name);
            if (before != last_.end() && count >= before->second)
                row.calls_per_s = static_cast<double>(count - before->second) / passed.count();
        }
        last_look_ = now;
        last_ = std::move(calls);
        return rows;
    }

private:
    host::Host& host_;
    base::SteadyClock::time_point last_look_;
    std::map<std::string, std::uint64_t> last_;
};

std::string json_of(const Row& row) {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_object();
    const runtime::Usage& usage = row.usage.of;
    json.member("name", usage.name);
    json.member("cpu_percent", usage.cpu_percent);
    json.member("memory_bytes", usage.memory_bytes);
    json.member("memory_limit", usage.memory_limit);
    json.key("calls");
    row.usage.calls ? json.value(*row.usage.calls) : json.null();
    json.key("calls_per_s");
    row.calls_per_s ? json.value(*row.calls_per_s) : json.null();
    json.end_object();
    return text;
}

void show(cli::Invocation& in, const std::vector<Row>& rows) {
    cli::Records records{in, columns};
    for (const Row& row : rows) {
        const runtime::Usage& usage = row.usage.of;
        const std::string cells[] = {
            usage.name,
            fixed(usage.cpu_percent) + "%",
            base::format_byte_size(usage.memory_bytes),
            usage.memory_limit == 0 ? "-" : base::format_byte_size(usage.memory_limit),
            row.usage.calls ? std::to_string(*row.usage.calls) : "-",
            row.calls_per_s ? fixed(*row.calls_per_s) : "-"};
        records.add(usage.name, json_of(row), cells);
    }
    records.finish();
}

void run(cli::Invocation& in) {
    const base::StopSignal stop;
    const auto host = open_host(in);
    Looks looks{*host};
    const bool screen = in.out().terminal() && in.format() == cli::Format::table;
    const std::int64_t count = in.integer("count").value_or(screen ? 0 : 1);
    const auto interval =
        std::max<std::chrono::milliseconds>(*in.duration("interval"), shortest_interval);
    for (std::int64_t turn = 1; stop.requested() == 0; ++turn) {
        const auto rows = looks.look(wait_of(in, stop, 10s));
        if (screen && count != 1)
            in.out().write("\x1b[H\x1b[2J"); // ECMA-48: home, erase the display
        show(in, rows);
        in.out().flush();
        if (turn == count)
            break;
        pollfd stopping{stop.fd(), POLLIN, 0};
        ::poll(&stopping, 1, base::Deadline::after(interval).poll_timeout());
    }
}

} // namespace

extern const cli::Command top_command;
const cli::Command top_command{
    .name = "top",
    .summary = "Watch what services use, and how often they are called",
    .group = "Services",
    .description = "CPU is in percent of one processor, over the time since the last look; the "
                   "first time since the service started. Memory is that of all its processes. "
                   "CALLS are those that it says it "
                   "has carried out.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|ndjson",
    .run = run,
};

} // namespace bandctl
