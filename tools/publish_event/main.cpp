#include "base/error.hpp"
#include "bus/bus.hpp"
#include "cli/run_main.hpp"
#include "cli/shared_options.hpp"
#include "client/client.hpp"
#include "tools/payload.hpp"
#include "tools/publish_event/publish.hpp"

namespace publish_event {

namespace {

using base::Error;
using base::ErrorKind;

constexpr cli::Option event_options[] = {
    {.name = "conversation-id",
     .kind = cli::Kind::text,
     .value = "ID",
     .help = "The conversation that the event belongs to; without it a new one",
     .variable = ""},
    {.name = "source", .kind = cli::Kind::text, .value = "NAME", .help = "Who publishes the event"},
    {.name = "event-field",
     .kind = cli::Kind::text,
     .value = "FIELD",
     .help = "Take the event's name from this field of the payload (a dotted path), not from EVENT",
     .variable = ""},
    {.name = "mandatory", .help = "Fail when no service is subscribed to the event"},
    cli::timeout_option(),
};

constexpr cli::Option stream_options[] = {
    {.name = "lines", .help = "Publish every line of the input as an event (NDJSON)"},
    {.name = "in",
     .kind = cli::Kind::choice,
     .help = "What a line is: the payload alone, or an envelope as monitor -o ndjson writes it, "
             "with the event's name, ids and payload",
     .fallback = "payload",
     .choices = "payload|envelope",
     .variable = ""},
    {.name = "cbor-seq", .help = "Publish every item of a CBOR sequence as an event"},
    {.name = "rate",
     .kind = cli::Kind::integer,
     .value = "N",
     .help = "Publish N events a second, evenly",
     .variable = ""},
    {.name = "skip",
     .kind = cli::Kind::integer,
     .value = "N",
     .help = "Leave out the first N records, as an interrupted run has said",
     .variable = ""},
    {.name = "skip-bad",
     .kind = cli::Kind::file,
     .help = "Append malformed lines to FILE and go on; the exit status is then 1",
     .variable = ""},
};

constexpr cli::OptionGroup option_groups[] = {
    {"Event", event_options}, tools::payload_options, {"Streams of events", stream_options},
    cli::retention_options,   cli::bus_options,
};

constexpr cli::Example examples[] = {
    {"Publish a file", "publish_event OrderPlaced order.json"},
    {"Publish a text, naming the Redis server",
     "publish_event redis://localhost OrderPlaced --data '{\"id\": 7}'"},
    {"Publish what another program writes", "jq -n '{id: 7}' | publish_event OrderPlaced"},
    {"Publish every line of a file as an event of its own",
     "publish_event OrderPlaced orders.ndjson --lines"},
    {"Replay mixed events, named by their field \"type\", a hundred a second",
     "publish_event --lines --event-field type --rate 100 events.ndjson"},
    {"Publish again what monitor -o ndjson has recorded",
     "publish_event --lines --in envelope recorded.ndjson"},
};

constexpr std::string_view description =
    "Puts an event on the bus, where every logical service that subscribed to EVENT gets it, and "
    "ends once the server has confirmed it.\n"
    "PAYLOAD is a .json or .cbor file, or - for standard input, which is also read without PAYLOAD "
    "when it is a pipe or a file. It is checked to the last byte before anything is sent.\n"
    "With --lines or --cbor-seq the input is a stream of events. They are sent in order, each "
    "exactly once, also when the server restarts meanwhile. A run that ends early says how many "
    "are published and which --skip N goes on.";

void exclude(const cli::Invocation& in, std::string_view one, std::string_view other) {
    if (in.given(one) && in.given(other))
        throw Error(ErrorKind::usage, "--" + std::string{one},
                    "cannot go together with --" + std::string{other});
}

void check_options(const cli::Invocation& in, bool stream) {
    exclude(in, "lines", "cbor-seq");
    exclude(in, "data", "lines");
    exclude(in, "data", "cbor-seq");
    exclude(in, "data", "in");
    if (stream) {
        const std::string_view only = reads_lines(in) ? "json" : "cbor";
        if (in.given("format") && in.choice("format") != only)
            throw Error(ErrorKind::usage, "--format " + in.choice("format"),
                        reads_lines(in) ? "--lines reads JSON" : "--cbor-seq reads CBOR");
    }
    if (in.given("skip-bad") && !reads_lines(in))
        throw Error(ErrorKind::usage, "--skip-bad", "needs --lines");
    if (in.choice("in") == "envelope") {
        exclude(in, "in", "cbor-seq");
        exclude(in, "in", "event-field");
        exclude(in, "in", "as");
    }
    for (const std::string_view name : {"rate", "skip"})
        if (in.given(name) && !stream)
            throw Error(ErrorKind::usage, "--" + std::string{name}, "needs --lines or --cbor-seq");
    if (in.given("rate") && in.integer("rate") == 0)
        throw Error(ErrorKind::usage, "--rate", "must be at least 1");
}

void run(cli::Invocation& in) {
    const bool stream = reads_lines(in) || in.flag("cbor-seq");
    check_options(in, stream);
    const bool envelopes = in.choice("in") == "envelope";
    const bool named = !in.given("event-field") && !envelopes;
    const auto event = named ? in.arg(0) : std::nullopt;
    if (named && !event)
        throw Error(ErrorKind::usage, "EVENT", "missing argument", "usage: " + in.usage());
    if (!named && in.args().size() > 1)
        throw Error(ErrorKind::usage, "EVENT",
                    envelopes ? "cannot go together with --in envelope"
                              : "cannot go together with --event-field");
    const auto path = in.arg(named ? 1 : 0);
    if (stream)
        publish_stream(in, event, path);
    else
        publish_one(in, event, path);
}

std::vector<cli::Candidate> complete(cli::Invocation& before, std::string_view) {
    if (!before.args().empty() || before.given("event-field") || before.given("in"))
        return {{std::string{cli::file_names}, ""}};
    std::vector<cli::Candidate> names;
    for (std::string& name :
         client::open_bus(before, std::chrono::seconds{1})->topics(message::Kind::event))
        names.push_back({std::move(name), ""});
    return names;
}

constexpr cli::Command command{
    .name = "publish_event",
    .args = "[URL] [EVENT] [PAYLOAD]",
    .summary = "Put an event, or a stream of them, on the bus",
    .description = description,
    .examples = examples,
    .options = option_groups,
    .formats = "table|json",
    .complete = complete,
    .run = run,
};

} // namespace

} // namespace publish_event

int main(int argc, char** argv) {
    return cli::run_main(argc, argv, publish_event::command);
}
