#include "base/error.hpp"
#include "base/printable.hpp"
#include "base/stop_signal.hpp"
#include "cli/command.hpp"
#include "cli/shared_options.hpp"
#include "client/client.hpp"
#include "message/log_record.hpp"

#include <unistd.h>

namespace bandctl {

namespace {

using namespace std::chrono_literals;
using base::Error;
using base::ErrorKind;

constexpr cli::Option own_options[] = {
    {.name = "full",
     .kind = cli::Kind::text,
     .value = "TEXT",
     .help = "The full message, such as a stack trace",
     .variable = ""},
    {.name = "field",
     .kind = cli::Kind::pairs,
     .value = "NAME=VALUE",
     .help = "Add a field to the record",
     .variable = ""},
    {.name = "conversation-id",
     .kind = cli::Kind::text,
     .value = "ID",
     .help = "The conversation that the record belongs to",
     .variable = ""},
    cli::timeout_option("5s"),
};

constexpr cli::OptionGroup groups[] = {{"Record", own_options}, cli::retention_options};

constexpr cli::Example examples[] = {
    {"Write to the logs from a script", "bandctl log backup ERROR 'no space left'"},
    {"With fields that logger can choose by",
     "bandctl log backup INFO done --field disk=/dev/sda1 seconds=12"},
};

message::LogRecord record_of(const cli::Invocation& in) {
    message::LogRecord record;
    record.service = *in.arg(0);
    if (record.service.empty() || record.service.size() > 200)
        throw Error(ErrorKind::usage, "SERVICE", "must have 1 to 200 bytes");
    const auto severity = message::find_severity(*in.arg(1));
    if (!severity)
        throw Error(ErrorKind::usage, "SEVERITY " + base::quoted(*in.arg(1)), "is not known",
                    "EMERGENCY, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFO, DEBUG or 0 to 7");
    record.severity = *severity;
    record.full_message = in.text("full").value_or("");
    record.conversation_id = in.text("conversation-id").value_or("");
    record.pid = ::getppid(); // of the script that logs
    for (const std::string& pair : in.list("field")) {
        const auto equals = pair.find('=');
        record.add(std::string_view{pair}.substr(0, equals),
                   std::string_view{pair}.substr(equals + 1));
    }
    return record;
}

void run(cli::Invocation& in) {
    auto record = record_of(in);
    record.short_message = *in.arg(2);

    const auto patience = client::patience_of(in, 5s);
    const auto bus = client::open_bus_to_write(in, patience);
    const base::StopSignal stop;
    client::WaitNotice waiting{in};
    const auto publisher = bus->publisher({.retry_for = patience,
                                           .deadline = base::Deadline::after(patience),
                                           .stop_fd = stop.fd(),
                                           .observer = &waiting});
    publisher->publish(message::to_message(record));
    publisher->flush();
}

std::vector<cli::Candidate> complete(cli::Invocation& before, std::string_view) {
    std::vector<cli::Candidate> found;
    if (before.args().empty()) {
        for (auto& service : client::open_bus(before, 150ms)->topics(message::Kind::log))
            found.push_back({std::move(service), ""});
    } else if (before.args().size() == 1) {
        for (int level = 0; level <= 7; ++level)
            found.push_back(
                {std::string{message::severity_name(static_cast<message::Severity>(level))}, ""});
    }
    return found;
}

} // namespace

extern const cli::Command log_command;
const cli::Command log_command{
    .name = "log",
    .args = "SERVICE SEVERITY TEXT",
    .summary = "Write to the logs of a service",
    .group = "Bus",
    .description = "Writes one record to the log bus, as a service does, and returns when the "
                   "server has it.",
    .examples = examples,
    .options = groups,
    .complete = complete,
    .run = run,
};

} // namespace bandctl
