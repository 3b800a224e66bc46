#include "base/clock.hpp"
#include "cli/command.hpp"
#include "cli/records.hpp"
#include "cli/shared_options.hpp"
#include "tools/bandctl/open_host.hpp"
#include "tools/bandctl/service_view.hpp"

namespace bandctl {

namespace {

using namespace std::chrono_literals;

constexpr cli::Option own_options[] = {
    {.name = "running", .help = "Only those that run or answer"},
    cli::timeout_option("10s"),
};

constexpr cli::OptionGroup groups[] = {{"Services", own_options}};

constexpr cli::Example examples[] = {
    {"What is there", "bandctl list"},
    {"The address of each", "bandctl ls -o 'template={name} {ports.0.host_port}'"},
    {"Stop all that run", "bandctl ls --running -o name | xargs bandctl stop"},
};

bool is_up(const host::Service& service) {
    return service.answers ||
           (service.instance && service.instance->state == runtime::State::running);
}

void run(cli::Invocation& in) {
    const base::StopSignal stop;
    const auto services = open_host(in)->list(wait_of(in, stop, 10s));
    const std::int64_t now = base::unix_ms();
    cli::Records records{in, service_columns};
    for (const host::Service& service : services)
        if (!in.flag("running") || is_up(service))
            records.add(service.name, records.is_table() ? "" : service_json(service, now),
                        service_cells(service, now));
    records.finish();
}

} // namespace

extern const cli::Command list_command;
const cli::Command list_command{
    .name = "list",
    .alias = "ls",
    .summary = "List the services of the machine",
    .group = "Services",
    .description = "Lists what Docker and tmux run, and what only answers on the bus. A runtime or "
                   "a bus that cannot be reached is left out, which is said at a terminal.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|ndjson|name|template=TEXT",
    .run = run,
};

} // namespace bandctl
