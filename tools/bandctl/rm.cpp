#include "cli/shared_options.hpp"
#include "tools/bandctl/each_service.hpp"

namespace bandctl {

namespace {

constexpr cli::Option own_options[] = {grace_option, cli::timeout_option()};

constexpr cli::OptionGroup groups[] = {{"Services", own_options}};

constexpr cli::Example examples[] = {
    {"One service", "bandctl rm hello"},
};

cli::ExitCode run(cli::Invocation& in) {
    const auto grace = grace_of(in);
    return for_each_service(
        in, "removing", "removed", patience_with(grace),
        [grace](host::Host& host, const std::string& name, const host::Wait& wait) {
            return host.remove(name, grace, wait);
        });
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
    .options = groups,
    .formats = "table|json|ndjson|name",
    .complete = service_names,
    .run = run,
};

} // namespace bandctl
