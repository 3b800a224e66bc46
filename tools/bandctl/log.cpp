#include "base/error.hpp"
#include "base/printable.hpp"
#include "base/stop_signal.hpp"
#include "cli/command.hpp"
#include "cli/shared_options.hpp"
#include "client/client.hpp"
#include "message/log_record.hpp"
#include "tools/record_reader.hpp"

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
    {"What a program prints, line by line", "rsync -av a/ b/ | bandctl log backup INFO -"},
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

/// Longer lines are cut: a log is for eyes.
constexpr std::size_t longest_line = 32 * 1024;

/// Writes records as long as it lives.
class LogWriter {
public:
    explicit LogWriter(cli::Invocation& in, bool stream) : record_(record_of(in)), waiting_(in) {
        const auto patience = client::patience_of(in, 5s);
        bus_ = client::open_bus_to_write(in, patience);
        publisher_ = bus_->publisher(
            {.retry_for = patience,
             .deadline = stream ? base::Deadline::never() : base::Deadline::after(patience),
             .stop_fd = stop_.fd(),
             .observer = &waiting_});
    }

    void write_one(const std::string& text) {
        write(text);
        publisher_->flush();
    }

    /// One record a line until the input ends, or until a signal.
    void write_lines() {
        const tools::Input input{{}, STDIN_FILENO, "standard input"};
        tools::RecordReader reader{input, tools::Framing::lines, longest_line};
        tools::Record line;
        while (stop_.requested() == 0) {
            switch (reader.next(line)) {
            case tools::RecordReader::Next::record:
                if (line.part != tools::Record::Part::rest)
                    write(line.bytes);
                break;
            case tools::RecordReader::Next::pause:
                publisher_->flush();
                reader.wait(stop_.fd());
                break;
            case tools::RecordReader::Next::end:
                publisher_->flush();
                return;
            }
        }
        publisher_->finish(1s);
    }

    /// After a stop signal: whether the bus has all that was written.
    [[nodiscard]] bool finish() {
        publisher_->finish(1s);
        return publisher_->confirmed() == written_;
    }

    [[nodiscard]] const base::StopSignal& stop() const noexcept { return stop_; }

private:
    void write(std::string_view text) {
        record_.short_message = text;
        record_.timestamp_ms = base::unix_ms();
        ++written_;
        publisher_->publish(message::to_message(record_));
    }

    message::LogRecord record_;
    std::uint64_t written_ = 0;
    base::StopSignal stop_;
    client::WaitNotice waiting_;
    std::unique_ptr<bus::Bus> bus_;
    std::unique_ptr<bus::Publisher> publisher_;
};

void run(cli::Invocation& in) {
    const bool stream = *in.arg(2) == "-";
    LogWriter writer{in, stream};
    try {
        stream ? writer.write_lines() : writer.write_one(*in.arg(2));
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::interrupted)
            throw;
        if (writer.finish())
            return;
        throw client::stopped_by(writer.stop(), "log of " + base::quoted(*in.arg(0)),
                                 "interrupted before the bus had all of it");
    }
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
    .args = "SERVICE SEVERITY TEXT|-",
    .summary = "Write to the logs of a service",
    .group = "Bus",
    .description = "Writes one record to the log bus, as a service does, and returns when the "
                   "server has it. With - it reads lines from standard input, each a record.",
    .examples = examples,
    .options = groups,
    .complete = complete,
    .run = run,
};

} // namespace bandctl
