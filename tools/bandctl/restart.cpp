#include "cli/shared_options.hpp"
#include "tools/bandctl/each_service.hpp"

namespace bandctl {

namespace {

constexpr cli::Option own_options[] = {grace_option, cli::timeout_option()};

constexpr cli::OptionGroup groups[] = {{"Services", own_options}};

constexpr cli::Example examples[] = {
    {"One service", "bandctl restart hello"},
};

cli::ExitCode run(cli::Invocation& in) {
    const auto grace = grace_of(in);
    return for_each_service(
        in, "restarting", "restarted", patience_with(grace),
        [grace](host::Host& host, const std::string& name, const host::Wait& wait) {
            return host.restart(name, grace, wait);
        });
}

} // namespace

extern const cli::Command restart_command;
const cli::Command restart_command{
    .name = "restart",
    .args = "SERVICE...",
    .summary = "Stop services and start them again",
    .group = "Services",
    .description = "As stop, then start. A service that does not run is started.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|ndjson|name",
    .complete = service_names,
    .run = run,
};

} // namespace bandctl
