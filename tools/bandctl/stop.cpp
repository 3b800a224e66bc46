#include "tools/bandctl/each_service.hpp"

namespace bandctl {

namespace {

constexpr cli::Example examples[] = {
    {"One service", "bandctl stop hello"},
};

cli::ExitCode run(cli::Invocation& in) {
    return end_each_service(in, "stopping", "stopped", &host::Host::stop);
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
    .options = ending_options(),
    .formats = "table|json|ndjson|name",
    .complete = service_names,
    .run = run,
};

} // namespace bandctl
