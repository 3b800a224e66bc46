#include "rpc/status.hpp"

#include "base/clock.hpp"
#include "base/duration.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "cli/command.hpp"
#include "cli/records.hpp"
#include "cli/shared_options.hpp"
#include "codec/json_writer.hpp"
#include "tools/bandctl/service_call.hpp"

namespace bandctl {

namespace {

constexpr cli::Option own_options[] = {cli::timeout_option("10s")};
constexpr cli::OptionGroup groups[] = {{"Call", own_options}};

constexpr cli::Example examples[] = {
    {"What a service says of itself", "bandctl status hello"},
    {"Its methods, one a line", "bandctl status hello -j | jq -r '.methods[].name'"},
};

/// `status` is null for a service that nobody knows.
std::string json_of(const std::string& name, const rpc::Status* status) {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_object();
    json.member("name", name);
    json.member("state", status != nullptr ? "running" : "unknown");
    if (status != nullptr) {
        json.member("started", base::rfc3339(status->started_ms));
        json.member("uptime_ms", status->uptime_ms);
        json.key("methods");
        json.begin_array();
        for (const rpc::ExposedMethod& method : status->methods) {
            json.begin_object();
            json.member("name", method.name);
            json.member("role", method.role);
            json.end_object();
        }
        json.end_array();
    }
    json.end_object();
    return text;
}

std::string methods_of(const rpc::Status& status) {
    std::string text;
    for (const rpc::ExposedMethod& method : status.methods) {
        text += (text.empty() ? "" : ", ") + method.name;
        if (method.role != "handler" && method.role != "none")
            text += " (" + method.role + ")";
    }
    return text.empty() ? "none" : base::printable(text);
}

void print_lines(cli::Invocation& in, const std::string& name, const rpc::Status* status) {
    const cli::Style& style = in.style();
    std::string title{style.bold};
    title.append(base::printable(name)).append(style.reset).append(" is ");
    title.append(status != nullptr ? style.green : style.red);
    title.append(status != nullptr ? "running" : "unknown").append(style.reset);
    in.out().line(title);
    if (status == nullptr)
        return in.out().line("  nobody answers to that name");
    in.out().line("  since    " + base::rfc3339(status->started_ms) + ", for " +
                  base::rough_duration(std::chrono::milliseconds{status->uptime_ms}));
    in.out().line("  methods  " + methods_of(*status));
}

cli::ExitCode run(cli::Invocation& in) {
    const std::string name = *in.arg(0);
    rpc::Result result = try_call(in, {name, "__status"});
    const bool known = result.status != rpc::Result::Status::nobody;
    const std::string document = known ? rpc::take_json(std::move(result), name, "__status") : "";
    const rpc::Status status = rpc::parse_status(document);
    if (in.format() == cli::Format::raw) {
        if (known)
            in.out().line(document);
    } else if (!cli::print_record(in, name, json_of(name, known ? &status : nullptr))) {
        print_lines(in, name, known ? &status : nullptr);
    }
    return known ? cli::ExitCode::ok : cli::ExitCode::unknown;
}

} // namespace

extern const cli::Command status_command;
const cli::Command status_command{
    .name = "status",
    .args = "SERVICE",
    .summary = "Ask a service how it is",
    .group = "Services",
    .description = "Asks the service itself, over Redis. -o raw prints what it says as it came.\n"
                   "The exit status is 4 when nobody answers to that name.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|name|raw|template=TEXT",
    .complete = complete_call,
    .run = run,
};

} // namespace bandctl
