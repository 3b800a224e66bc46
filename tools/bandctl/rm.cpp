#include "tools/bandctl/each_service.hpp"

namespace bandctl {

namespace {

constexpr cli::Example examples[] = {
    {"One service", "bandctl rm hello"},
};

cli::ExitCode run(cli::Invocation& in) {
    return end_each_service(in, "removing", "removed", &host::Host::remove);
}

} // namespace

extern const cli::Command rm_command;
const cli::Command rm_command{
    .name = "rm",
    .args = "SERVICE...",
    .summary = "Stop services and remove them",
    .group = "Services",
    .description = "Removes the container or the record of the program, with its log. The "
                   "service's folder and its image stay.",
    .examples = examples,
    .options = ending_options(),
    .formats = "table|json|ndjson|name",
    .complete = service_names,
    .run = run,
};

} // namespace bandctl
