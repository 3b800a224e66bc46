#include "base/error.hpp"
#include "base/id.hpp"
#include "base/printable.hpp"
#include "cli/run_main.hpp"
#include "cli/shared_options.hpp"
#include "cli/suggest.hpp"
#include "client/client.hpp"
#include "codec/base64.hpp"
#include "codec/cbor_to_json.hpp"
#include "codec/json_path.hpp"
#include "codec/json_pretty.hpp"
#include "codec/json_writer.hpp"
#include "codec/parse_error.hpp"
#include "tools/payload.hpp"
#include "tools/pretty_style.hpp"

#include <algorithm>

namespace send_command {

namespace {

using namespace std::chrono_literals;
using base::Error;
using base::ErrorKind;
using message::Message;

constexpr cli::Option command_options[] = {
    {.name = "no-wait", .help = "End once the bus has the command; do not wait for its result"},
    {.name = "no-wait-service",
     .help = "Fail at once when the service is known but no instance of it is alive"},
    {.name = "conversation-id",
     .kind = cli::Kind::text,
     .value = "ID",
     .help = "The conversation that the command belongs to; without it a new one",
     .variable = ""},
    {.name = "correlation-id",
     .kind = cli::Kind::text,
     .value = "ID",
     .help = "What the result is recognised by; without it a new one",
     .variable = ""},
    {.name = "source",
     .kind = cli::Kind::text,
     .value = "NAME",
     .help = "Who sends the command",
     .fallback = "send_command"},
    cli::timeout_option("30s"),
};

constexpr cli::OptionGroup option_groups[] = {
    {"Command", command_options},
    tools::payload_options,
    cli::bus_options,
};

constexpr cli::Example examples[] = {
    {"Send a command and show its result", "send_command billing.charge --data '{\"amount\": 5}'"},
    {"Send a file, naming the Redis server",
     "send_command redis://localhost billing.charge charge.json"},
    {"Use a field of the result in a script",
     "send_command billing.charge charge.json | jq -r .receipt"},
    {"Hand a command over without waiting", "send_command --no-wait mailer.send mail.json"},
};

constexpr std::string_view description =
    "Sends a command to one instance of a service, waits for the result and prints its payload as "
    "JSON: on one line, or laid out on a terminal.\n"
    "PAYLOAD is a .json or .cbor file, or - for standard input, which is also read without PAYLOAD "
    "when it is a pipe or a file.\n"
    "The exit status tells the outcomes apart: 0 is success, 1 an error result (its payload is "
    "printed all the same), 69 no such service, 124 no result in time.";

void check_name(const std::string& name) {
    const auto dot = name.rfind('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == name.size())
        throw Error(ErrorKind::usage, "SERVICE.COMMAND " + base::quoted(name),
                    "names no service and command", "billing.charge is the form");
}

Message make_command(cli::Invocation& in) {
    Message command;
    command.kind = message::Kind::command;
    command.routing_key = *in.arg(0);
    check_name(command.routing_key);
    tools::read_payload(in, in.arg(1), command);
    command.conversation_id = in.text("conversation-id").value_or(base::random_id());
    command.correlation_id = in.text("correlation-id").value_or(base::random_id());
    command.source = *in.text("source");
    return command;
}

std::string json_of(const Message& result) {
    if (result.body.empty())
        return "null";
    try {
        return result.is_cbor() ? codec::cbor_to_json(result.body) : codec::minify(result.body);
    } catch (const codec::ParseError& error) {
        throw Error(ErrorKind::protocol, "the result's payload", error.what(),
                    "-o raw prints it as it is");
    }
}

std::string envelope_of(const Message& command, const Message& result, const std::string& payload) {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_object();
    json.member("command", command.routing_key);
    json.member("status", result.status);
    json.member("conversation_id", command.conversation_id);
    json.member("correlation_id", command.correlation_id);
    if (!result.source.empty())
        json.member("source", result.source);
    if (!result.id.empty())
        json.member("id", result.id);
    json.key("payload");
    json.raw(payload);
    json.end_object();
    return text;
}

void print(cli::Invocation& in, const Message& command, const Message& result) {
    if (in.format() == cli::Format::raw) {
        in.out().write(result.body);
        return;
    }
    const std::string payload = json_of(result);
    if (in.format() == cli::Format::json)
        in.out().line(envelope_of(command, result, payload));
    else if (in.out().terminal())
        in.out().line(codec::pretty(payload, tools::pretty_style(in.style())));
    else
        in.out().line(payload);
}

/// What an error result says of its reason: the fields "reason" and "message", where it has them
/// (WIRE.md 4.1), else the payload itself.
std::string reason_of(const Message& result) {
    std::string json;
    try {
        json = json_of(result);
    } catch (const Error&) {
        return "a payload that does not parse";
    }
    std::string reason = codec::find_text(json, "reason").value_or("");
    if (const auto message = codec::find_text(json, "message"))
        reason += (reason.empty() ? "" : ": ") + *message;
    return base::printable_start(reason.empty() ? json : reason, 300);
}

/// Replaces the hint by the name that was probably meant, where one is near.
Error with_suggestion(bus::Bus& bus, const std::string& command, const Error& error) {
    const std::string service = command.substr(0, command.rfind('.'));
    std::string hint;
    try {
        const auto known = bus.topics(message::Kind::command);
        if (std::ranges::find(known, service) == known.end())
            hint = cli::did_you_mean(service, known);
    } catch (const Error&) {
        // The first error is the one to report.
    }
    return hint.empty() ? error : Error(error.kind(), error.subject(), error.why(), hint);
}

bus::RequestOptions request_options(const cli::Invocation& in, const base::StopSignal& stop,
                                    bus::Observer& observer) {
    bus::RequestOptions options;
    options.timeout = client::patience_of(in, 30s);
    options.need_instance = in.flag("no-wait-service");
    options.stop_fd = stop.fd();
    options.observer = &observer;
    return options;
}

void report_sent(cli::Invocation& in, const Message& command) {
    in.notice().say("sent " + command.routing_key + ", conversation " + command.conversation_id);
    if (in.format() == cli::Format::json) {
        Message none;
        none.status = "sent";
        in.out().line(envelope_of(command, none, "null"));
    }
}

void run(cli::Invocation& in) {
    const Message command = make_command(in);
    const auto bus = client::open_bus(in, client::patience_of(in, 30s));
    const base::StopSignal stop;
    client::WaitNotice waiting{in};
    const auto options = request_options(in, stop, waiting);
    Message result;
    try {
        const auto requester = bus->requester();
        if (in.flag("no-wait")) {
            requester->send(command, options);
            report_sent(in, command);
            return;
        }
        result = requester->request(command, options);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted)
            throw client::stopped_by(stop, "command " + base::quoted(command.routing_key),
                                     "interrupted before its result came",
                                     "the service may carry it out all the same");
        if (error.kind() == ErrorKind::unavailable)
            throw with_suggestion(*bus, command.routing_key, error);
        throw;
    }
    print(in, command, result);
    if (result.status == "error")
        throw Error(ErrorKind::no, "command " + base::quoted(command.routing_key),
                    "answered with an error: " + reason_of(result));
}

std::vector<cli::Candidate> complete(cli::Invocation& before, std::string_view) {
    if (!before.args().empty())
        return {{std::string{cli::file_names}, ""}};
    std::vector<cli::Candidate> names;
    for (const std::string& service : client::open_bus(before, 1s)->topics(message::Kind::command))
        names.push_back({service + ".", ""});
    return names;
}

constexpr cli::Command command{
    .name = "send_command",
    .args = "[URL] SERVICE.COMMAND [PAYLOAD]",
    .summary = "Send a command to a service and show its result",
    .description = description,
    .examples = examples,
    .options = option_groups,
    .formats = "table|json|raw",
    .complete = complete,
    .run = run,
};

} // namespace

} // namespace send_command

int main(int argc, char** argv) {
    return cli::run_main(argc, argv, send_command::command);
}
