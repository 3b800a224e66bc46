#include "tools/bandctl/each_service.hpp"

namespace bandctl {

namespace {

constexpr cli::Example examples[] = {
    {"One service", "bandctl restart hello"},
};

cli::ExitCode run(cli::Invocation& in) {
    return end_each_service(in, "restarting", "restarted", &host::Host::restart);
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
    .options = ending_options(),
    .formats = "table|json|ndjson|name",
    .complete = service_names,
    .run = run,
};

} // namespace bandctl
