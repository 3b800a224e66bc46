#include "cli/shared_options.hpp"
#include "tools/bandctl/each_service.hpp"

namespace bandctl {

namespace {

constexpr cli::Option own_options[] = {cli::timeout_option("30s")};

constexpr cli::OptionGroup groups[] = {{"Services", own_options}};

constexpr cli::Example examples[] = {
    {"One that was stopped", "bandctl start hello"},
};

cli::ExitCode run(cli::Invocation& in) {
    return for_each_service(in, "starting", "started", std::chrono::seconds{30},
                            [](host::Host& host, const std::string& name, const host::Wait& wait) {
                                return host.start(name, wait);
                            });
}

} // namespace

extern const cli::Command start_command;
const cli::Command start_command{
    .name = "start",
    .args = "SERVICE...",
    .summary = "Start services that were stopped",
    .group = "Services",
    .description = "Starts what was run before, as it was: nothing is built. One that runs already "
                   "is left alone.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|ndjson|name",
    .complete = service_names,
    .run = run,
};

} // namespace bandctl
