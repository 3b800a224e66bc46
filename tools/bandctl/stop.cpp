#include "cli/shared_options.hpp"
#include "tools/bandctl/each_service.hpp"

namespace bandctl {

namespace {

constexpr cli::Option own_options[] = {grace_option, cli::timeout_option()};

constexpr cli::OptionGroup groups[] = {{"Services", own_options}};

constexpr cli::Example examples[] = {
    {"One service", "bandctl stop hello"},
};

cli::ExitCode run(cli::Invocation& in) {
    const auto grace = grace_of(in);
    return for_each_service(
        in, "stopping", "stopped", patience_with(grace),
        [grace](host::Host& host, const std::string& name, const host::Wait& wait) {
            return host.stop(name, grace, wait);
        });
}

} // namespace

extern const cli::Command stop_command;
const cli::Command stop_command{
    .name = "stop",
    .args = "SERVICE...",
    .summary = "Stop running services",
    .group = "Services",
    .description = "SIGTERM goes to the whole process tree of a service, SIGKILL to what is left "
                   "of it after --time. It stays known and can be started again.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|ndjson|name",
    .complete = service_names,
    .run = run,
};

} // namespace bandctl
