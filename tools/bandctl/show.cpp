#include "base/clock.hpp"
#include "cli/command.hpp"
#include "cli/records.hpp"
#include "cli/shared_options.hpp"
#include "codec/json_writer.hpp"
#include "tools/bandctl/open_host.hpp"
#include "tools/bandctl/service_view.hpp"
#include "tools/pretty_style.hpp"

namespace bandctl {

namespace {

using namespace std::chrono_literals;

constexpr cli::Option own_options[] = {cli::timeout_option("10s")};

constexpr cli::OptionGroup groups[] = {{"Limits", own_options}};

constexpr cli::Example examples[] = {
    {"All that is known", "bandctl show hello"},
    {"One value of it", "bandctl show hello -j | jq -r .run_id"},
};

/// The service with what it says of itself and what its runtime says of it.
std::string whole_json(host::Host& host, const host::Service& service, const host::Wait& wait) {
    std::string text = service_json(service, base::unix_ms());
    text.pop_back();
    text += ",\"status\":" + (service.status.empty() ? "null" : codec::minify(service.status));
    const auto inspected = host.inspect(service.name, wait);
    return text + ",\"inspect\":" + (inspected ? codec::minify(*inspected) : "null") + "}";
}

void run(cli::Invocation& in) {
    const base::StopSignal stop;
    const host::Wait wait = wait_of(in, stop, 10s);
    const std::string& name = in.args().front();
    const auto host = open_host(in);
    const auto service = host->find(name, wait);
    if (!service)
        throw_unknown(*host, name, wait);
    const std::string json = whole_json(*host, *service, wait);
    if (cli::print_record(in, name, json))
        return;
    in.out().line(codec::pretty(json, tools::pretty_style(in.style())));
}

} // namespace

extern const cli::Command show_command;
const cli::Command show_command{
    .name = "show",
    .args = "SERVICE",
    .summary = "Show all that is known about a service",
    .group = "Services",
    .description = "What list tells, what the service says of itself when it is asked for its "
                   "status, and what its runtime records of it. Secrets in its environment are "
                   "shown as ***.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|ndjson|name|template=TEXT",
    .complete = service_names,
    .run = run,
};

} // namespace bandctl
