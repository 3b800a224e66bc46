#include "base/error.hpp"
#include "cli/run_main.hpp"
#include "cli/shared_options.hpp"
#include "client/client.hpp"
#include "tools/follow_session.hpp"
#include "tools/monitor/filter.hpp"
#include "tools/monitor/save.hpp"
#include "tools/monitor/stats.hpp"
#include "tools/monitor/views.hpp"

namespace {

using message::Kind;

std::vector<cli::Candidate> topics(cli::Invocation& before, Kind kind) {
    std::vector<cli::Candidate> names;
    for (std::string& name : client::open_bus(before, std::chrono::milliseconds{150})->topics(kind))
        names.push_back({kind == Kind::command ? std::move(name) + ".#" : std::move(name), ""});
    return names;
}

constexpr cli::Option choice_options[] = {
    {.name = "events",
     .letter = 'e',
     .kind = cli::Kind::list,
     .value = "PATTERN",
     .help = "Events with such a name: words split by dots, * is one word, # any number",
     .complete = [](cli::Invocation& in, std::string_view) { return topics(in, Kind::event); },
     .alone = "#"},
    {.name = "commands",
     .kind = cli::Kind::list,
     .value = "PATTERN",
     .help = "Commands, and results by the key that they are sent to",
     .complete = [](cli::Invocation& in, std::string_view) { return topics(in, Kind::command); },
     .alone = "#"},
    {.name = "configurations",
     .kind = cli::Kind::list,
     .value = "PATTERN",
     .help = "Configurations with such a name",
     .complete = [](cli::Invocation& in,
                    std::string_view) { return topics(in, Kind::configuration); },
     .alone = "#"},
    {.name = "filter-fields",
     .kind = cli::Kind::pairs,
     .value = "PATH=VALUE",
     .help = "Only payloads with this value at a dotted path, compared as text",
     .alias = "filter_fields"},
    {.name = "conversation",
     .kind = cli::Kind::text,
     .value = "ID",
     .help = "Only messages of this conversation"},
};

constexpr cli::Option form_options[] = {
    {.name = "save", .help = "Save each payload in a file KEY.CONVERSATION.cbor, or .json with -j"},
    {.name = "save-dir",
     .kind = cli::Kind::file,
     .value = "FOLDER",
     .help = "Where to save",
     .fallback = "."},
    {.name = "stats", .help = "Show rates by routing key, each second, and totals at the end"},
};

constexpr cli::OptionGroup groups[] = {
    {"What to watch", choice_options},
    tools::follow_options,
    {"What to do with it", form_options},
    cli::bus_options,
};

constexpr cli::Example examples[] = {
    {"Watch everything", "monitor"},
    {"Watch some events and all that happens around billing",
     "monitor --events OrderPlaced OrderPaid --commands 'billing.#'"},
    {"The last ten events, and no more", "monitor --events '#' --last 10 --no-follow"},
    {"Everything of one conversation in the last hour",
     "monitor --since 1h --no-follow --conversation 7f3k"},
    {"The payloads of big orders, for jq", "monitor --events OrderPlaced -o ndjson | jq .payload"},
    {"Which topics are busy", "monitor --stats"},
};

std::vector<bus::Subscription> subscriptions(const cli::Invocation& in, std::string& what) {
    struct OfKind {
        const char* name;
        Kind kind;
    };
    constexpr OfKind kinds[] = {{"events", Kind::event},
                                {"commands", Kind::command},
                                {"configurations", Kind::configuration}};
    bool any = false;
    for (const OfKind& of : kinds)
        any = any || in.given(of.name);
    std::vector<bus::Subscription> result;
    for (const OfKind& of : kinds) {
        if (any && !in.given(of.name))
            continue;
        const auto texts = any ? in.list(of.name) : std::vector<std::string>{"#"};
        what += what.empty() ? "" : ", ";
        what += of.name;
        for (const std::string& text : texts)
            what += " " + text;
        result.push_back({.kind = of.kind, .patterns = topic::compile(texts)});
    }
    return result;
}

/// -o or -j, which with --save is about the files; else what a terminal or a pipe needs.
cli::Format format_of(cli::Invocation& in) {
    if (in.given("output"))
        return cli::format_of(in.choice("output"));
    if (in.flag("json") && !in.flag("save"))
        return cli::Format::json;
    return in.out().terminal() ? cli::Format::table : cli::Format::ndjson;
}

std::unique_ptr<tools::FollowView> view_of(cli::Invocation& in) {
    const cli::Format format = format_of(in);
    if (in.flag("stats")) {
        if (in.flag("save"))
            throw base::Error(base::ErrorKind::usage, "--stats and --save",
                              "cannot be used together");
        return std::make_unique<monitor::StatsView>(in, format);
    }
    auto view = monitor::make_view(in, format);
    if (!in.flag("save"))
        return view;
    return std::make_unique<monitor::SaveView>(in, *in.text("save-dir"), in.flag("json"),
                                               format == cli::Format::table, std::move(view));
}

void run(cli::Invocation& in) {
    const auto view = view_of(in);
    const auto filter =
        monitor::make_filter(in.text("conversation").value_or(""), in.list("filter-fields"));
    std::function<bool(const message::Message&)> accepts;
    if (!filter.empty())
        accepts = [&filter](const message::Message& message) { return filter.accepts(message); };
    std::string what;
    auto subscribed = subscriptions(in, what);
    tools::FollowSession session{in, *view};
    session.run(std::move(subscribed), std::move(accepts), what);
}

constexpr cli::Command monitor_command{
    .name = "monitor",
    .args = "[URL]",
    .summary = "Watch events, commands, results and configurations",
    .description =
        "Shows the messages that pass on the bus, from now on or from earlier, without taking any "
        "of them from the services and without leaving a trace there. Without --events, "
        "--commands and --configurations it shows all three; one of them without a pattern means "
        "all of that kind.\n\n"
        "On a terminal the view is for people; anywhere else, or with -o json or -o ndjson, each "
        "message is one JSON object on a line, which publish_event reads. -o raw gives the bare "
        "payloads, -o name the routing keys.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|ndjson|raw|name",
    .run = run,
};

} // namespace

int main(int argc, char** argv) {
    return cli::run_main(argc, argv, monitor_command);
}
