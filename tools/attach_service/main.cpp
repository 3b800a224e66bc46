#include "base/error.hpp"
#include "base/printable.hpp"
#include "base/url.hpp"
#include "cli/run_main.hpp"
#include "cli/shared_options.hpp"
#include "client/client.hpp"
#include "service/run_main.hpp"
#include "tools/attach_service/attachment.hpp"

#include <algorithm>

namespace attach_service {

namespace {

using base::Error;
using base::ErrorKind;
using message::Kind;

constexpr std::int64_t most_workers = 512;

constexpr cli::Option subscription_options[] = {
    {.name = "commands",
     .kind = cli::Kind::list,
     .value = "P",
     .help = "Answer these commands: words such as greet, or AMQP patterns; without this and the "
             "next three, all of NAME",
     .variable = ""},
    {.name = "methods",
     .kind = cli::Kind::list,
     .value = "M",
     .help = "Answer calls of these methods, as bandctl call makes them",
     .variable = ""},
    {.name = "events",
     .kind = cli::Kind::list,
     .value = "P",
     .help = "Subscribe to the events that match these AMQP patterns",
     .variable = ""},
    {.name = "configurations",
     .kind = cli::Kind::list,
     .value = "P",
     .help = "Follow these configurations; those without wildcards are waited for",
     .variable = ""},
};

constexpr cli::Option program_options[] = {
    {.name = "mode",
     .kind = cli::Kind::choice,
     .help = "The program stays up and reads messages as lines, or is started for each message",
     .fallback = "stream",
     .choices = "stream|exec",
     .variable = ""},
    {.name = "workers",
     .kind = cli::Kind::integer,
     .value = "N",
     .help = "Run N copies of the program at once",
     .fallback = "1"},
    {.name = "in-flight",
     .kind = cli::Kind::integer,
     .value = "K",
     .help = "stream: give each copy up to K messages before it has answered",
     .fallback = "1",
     .variable = ""},
    {.name = "bare", .help = "stream: a line is a payload and nothing else, in both directions"},
    {.name = "raw", .help = "exec: hand CBOR payloads over as they are, not as JSON"},
    {.name = "handler-timeout",
     .kind = cli::Kind::duration,
     .help = "A message that takes longer than TIME has failed, and its program is ended"},
    {.name = "max-size",
     .kind = cli::Kind::size,
     .help = "The most that a program may answer to one message",
     .fallback = "16MiB"},
    {.name = "stderr-level",
     .kind = cli::Kind::text,
     .value = "LEVEL",
     .help = "The severity of what the program writes to standard error",
     .fallback = "INFO"},
};

// How many messages an instance takes ahead is another matter where each costs a process.
const std::vector<cli::Option> service_options = [] {
    const auto shared = service::instance_options();
    std::vector<cli::Option> options{shared.begin(), shared.end()};
    for (cli::Option& option : options)
        if (option.name == "prefetch") {
            option.help = "Hold at most N messages at once; 100, or with --mode exec twice as many "
                          "as there are workers";
            option.fallback = {};
        }
    return options;
}();

const cli::OptionGroup option_groups[] = {
    {"Subscriptions", subscription_options},
    {"Program", program_options},
    {"Service", service_options, true},
    cli::retention_options,
    cli::bus_options,
};

constexpr cli::Example examples[] = {
    {"Make a shell script a service that answers all commands to \"greeter\"",
     "attach_service greeter --mode exec -- ./greet.sh"},
    {"Have a program in Python answer, four copies of it", "attach_service echo --workers 4 -- "
                                                           "./echo.py"},
    {"Handle events with awk", "attach_service accounts --events OrderPaid -- ./total.awk"},
    {"Answer calls, as bandctl call makes them",
     "attach_service hello --methods hello,echo -- ./hello.py"},
    {"Try it from another terminal", "send_command greeter.greet --data '{\"name\": \"Ada\"}'"},
};

constexpr std::string_view description =
    "Takes messages for the service NAME from the bus and has PROGRAM handle them: "
    "subscribing, acknowledging, one retry, dead letters, reconnecting, several instances and the "
    "orderly stop are done here. Runs until it is stopped by SIGINT or SIGTERM.\n"
    "In stream mode the program stays up. Each message is one JSON object in one line on its "
    "standard input; it answers each with one in one line on standard output, {} at the least. "
    "With \"payload\" it gives the result, with \"events\" and \"commands\" it publishes.\n"
    "In exec mode the program is started for each message, with the payload on standard input and "
    "the envelope in BAND_* variables; standard output is the result, exit status 0 success.\n"
    "What it writes to standard error goes to the log bus.";

std::vector<bus::Subscription> subscriptions_of(const cli::Invocation& in,
                                                const std::string& name) {
    std::vector<bus::Subscription> all;
    const auto add = [&](Kind kind, const std::vector<std::string>& patterns) {
        if (!patterns.empty())
            all.push_back({kind, topic::compile(patterns)});
    };
    add(Kind::event, in.list("events"));
    add(Kind::configuration, in.list("configurations"));
    std::vector<std::string> commands;
    for (const std::string& pattern : in.list("commands"))
        commands.push_back(pattern.find_first_of(".*#") == std::string::npos ? name + "." + pattern
                                                                             : pattern);
    if (all.empty() && commands.empty() && in.list("methods").empty())
        commands.push_back(name + ".#");
    // Results of commands that the program sends come to the service's own stream.
    commands.push_back(name + ".return");
    add(Kind::command, commands);
    return all;
}

std::string without_password(const std::string& url) {
    const std::size_t start = url.find("://");
    const std::size_t at = url.rfind('@');
    const std::size_t colon = start == std::string::npos ? start : url.find(':', start + 3);
    if (at == std::string::npos || colon == std::string::npos || colon > at)
        return url;
    return url.substr(0, colon) + url.substr(at);
}

/// What the program's own use of our tools needs. A password that was given as an argument is not
/// passed on; one in our environment, or a password file, is.
std::vector<std::string> program_environment(const cli::Invocation& in, const std::string& name) {
    const cli::BusAddress address = in.bus();
    std::vector<std::string> variables{"BAND_SERVICE=" + name, "BAND_SOURCE=" + name,
                                       "BAND_PREFIX=" + *in.text("prefix")};
    const bool argument = address.source == "the argument" || address.source == "--url";
    variables.push_back("BAND_BUS=" + (argument ? without_password(address.url) : address.url));
    if (const auto file = in.text("password-file"))
        variables.push_back("BAND_PASSWORD_FILE=" + *file);
    return variables;
}

std::size_t count_of(const cli::Invocation& in, std::string_view option) {
    const std::int64_t count = *in.integer(option);
    if (count < 1 || count > most_workers)
        throw Error(ErrorKind::usage, "--" + std::string(option),
                    "must be from 1 to " + std::to_string(most_workers));
    return static_cast<std::size_t>(count);
}

void check_options(const cli::Invocation& in, Mode mode) {
    const auto only = [&](std::string_view option, bool given, Mode its) {
        if (given && mode != its)
            throw Error(ErrorKind::usage, "--" + std::string(option),
                        its == Mode::exec ? "needs --mode exec" : "is for --mode stream only");
    };
    only("bare", in.flag("bare"), Mode::stream);
    only("in-flight", in.given("in-flight"), Mode::stream);
    only("raw", in.flag("raw"), Mode::exec);
}

Settings settings_of(const cli::Invocation& in, const std::string& name) {
    Settings settings;
    settings.program = find_program(in.rest());
    settings.program.environment = program_environment(in, name);
    settings.workers = count_of(in, "workers");
    settings.in_flight = count_of(in, "in-flight");
    settings.bare = in.flag("bare");
    settings.raw = in.flag("raw");
    settings.handler_timeout = in.duration("handler-timeout");
    if (settings.handler_timeout && settings.handler_timeout->count() == 0)
        settings.handler_timeout.reset();
    settings.max_size = *in.size("max-size");
    const std::string level = *in.text("stderr-level");
    const auto severity = message::find_severity(level);
    if (!severity)
        throw Error(ErrorKind::usage, "--stderr-level", base::quoted(level) + " is no severity",
                    "EMERGENCY, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFO or DEBUG");
    settings.stderr_level = *severity;
    return settings;
}

service::InstanceOptions instance_options_of(const cli::Invocation& in, const std::string& name,
                                             const Settings& settings, Mode mode) {
    service::InstanceOptions options = service::instance_options_of(in);
    options.consumer.service = name;
    options.consumer.subscriptions = subscriptions_of(in, name);
    options.concurrency = settings.workers * settings.in_flight;
    if (!in.given("prefetch"))
        options.consumer.prefetch = mode == Mode::exec ? 2 * settings.workers : 100;
    options.consumer.prefetch = std::max(options.consumer.prefetch, options.concurrency);
    return options;
}

void run(cli::Invocation& in) {
    const std::string name = *in.arg(0);
    const Mode mode = in.choice("mode") == "exec" ? Mode::exec : Mode::stream;
    check_options(in, mode);
    Settings settings = settings_of(in, name);
    service::InstanceOptions options = instance_options_of(in, name, settings, mode);
    const std::vector<std::string> methods = in.list("methods");
    if (!methods.empty())
        options.calls = client::redis_of(in, std::chrono::seconds{10});
    const auto bus = client::open_bus_to_write(in, std::chrono::seconds{10});
    service::Diagnostics diagnostics{name, in.notice().level()};
    Attachment attachment{
        *bus, std::move(options), std::move(settings), mode, methods, diagnostics, [&in, name] {
            in.notice().say(name + " is attached");
        }};
    attachment.run();
}

} // namespace

} // namespace attach_service

int main(int argc, char** argv) {
    using namespace attach_service;
    const cli::Command command{
        .name = "attach_service",
        .args = "[URL] NAME -- PROGRAM [ARG...]",
        .summary = "Make any executable a service on the bus",
        .description = description,
        .examples = examples,
        .options = option_groups,
        .run = run,
    };
    return cli::run_main(argc, argv, command);
}
