#include "base/error.hpp"
#include "cli/run_main.hpp"
#include "cli/shared_options.hpp"
#include "client/client.hpp"
#include "tools/follow_session.hpp"
#include "tools/logger/filter.hpp"
#include "tools/logger/views.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace {

using message::Kind;

std::vector<cli::Candidate> services(cli::Invocation& before, std::string_view) {
    std::vector<cli::Candidate> names;
    for (std::string& name :
         client::open_bus(before, std::chrono::milliseconds{150})->topics(Kind::log))
        names.push_back({std::move(name), ""});
    return names;
}

constexpr cli::Option choice_options[] = {
    {.name = "filter",
     .kind = cli::Kind::list,
     .value = "PATTERN",
     .help = "Logs of such SERVICE.SEVERITY: words split by dots, * is one word, # any number",
     .complete = services,
     .alone = "#"},
    {.name = "level",
     .letter = 'l',
     .kind = cli::Kind::text,
     .value = "SEVERITY",
     .help = "Only what is this severe or more: EMERGENCY, ALERT … DEBUG, or 0 to 7"},
    {.name = "field",
     .kind = cli::Kind::pairs,
     .value = "NAME=VALUE",
     .help = "Only logs with this field, with or without its underscore, compared as text"},
    {.name = "full", .help = "Show the full message, too, as -v does"},
};

constexpr cli::OptionGroup groups[] = {
    {"What to show", choice_options},
    tools::follow_options,
    cli::bus_options,
};

constexpr cli::Example examples[] = {
    {"Tail the logs of all services", "logger"},
    {"Errors and worse of billing, from the last hour on",
     "logger --filter billing --level ERROR --since 1h"},
    {"The last 20 lines of one service, and no more", "logger --filter billing -n 20 --no-follow"},
    {"All that was logged about a conversation",
     "logger --field conversation_id=7f3k --since 1d --no-follow"},
    {"GELF objects for jq", "logger -o ndjson | jq -r .short_message"},
};

void run(cli::Invocation& in) {
    const auto filter = logger::make_filter(in.text("level"), in.list("field"));
    const bool full = in.flag("full") || in.notice().level() == cli::Notice::Level::verbose;
    const auto view = logger::make_view(in, in.format(), full);
    std::function<bool(const message::Message&)> accepts;
    if (!filter.empty())
        accepts = [&filter](const message::Message& message) { return filter.accepts(message); };
    std::vector<std::string> texts = in.list("filter");
    if (texts.empty())
        texts.emplace_back("#");
    std::string what = "logs";
    for (const std::string& text : texts)
        what += " " + text;
    tools::FollowSession session{in, *view};
    session.run({{.kind = Kind::log, .patterns = logger::patterns_of(texts)}}, std::move(accepts),
                what);
}

constexpr cli::Command logger_command{
    .name = "logger",
    .args = "[URL]",
    .summary = "Tail the logs of services",
    .description =
        "Shows what services write to the bus's logs, one line each, from now on or from earlier. "
        "It reconnects by itself and goes on where it was.\n\n"
        "This is not the logger of util-linux, which writes to the system's log: that one is "
        "/usr/bin/logger.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|ndjson|raw",
    .run = run,
};

/// Whether the words are meant for util-linux's program of the same name: its options, or a text.
bool is_for_syslog(std::span<char*> words) {
    constexpr std::string_view letters = "tpsieudTPS";
    constexpr std::string_view names[] = {"--tag",    "--priority", "--stderr", "--id",
                                          "--server", "--udp",      "--tcp",    "--journald",
                                          "--file",   "--socket"};
    if (words.empty())
        return false;
    const std::string_view first = words.front();
    if (!first.starts_with('-') && !first.starts_with("__") && first.find("://") == first.npos)
        return true;
    for (const std::string_view word : words) {
        if (word == "--")
            break;
        if (word.size() > 1 && word[0] == '-' && letters.find(word[1]) != letters.npos)
            return true;
        if (std::ranges::find(names, word.substr(0, word.find('='))) != std::end(names))
            return true;
    }
    return false;
}

void point_to_syslog(cli::Invocation&) {
    throw base::Error(base::ErrorKind::usage, "this logger",
                      "reads the logs of services on the bus and writes none",
                      "to write to the system's log use /usr/bin/logger; --help tells more");
}

constexpr cli::Command not_syslog_command{
    .name = "logger", .summary = logger_command.summary, .run = point_to_syslog};

} // namespace

int main(int argc, char** argv) {
    const std::span words{argv + std::min(argc, 1), argv + argc};
    if (is_for_syslog(words))
        return cli::run_main(1, argv, not_syslog_command);
    return cli::run_main(argc, argv, logger_command);
}
