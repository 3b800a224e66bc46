#include "cli/command.hpp"
#include "cli/records.hpp"
#include "cli/shared_options.hpp"
#include "codec/json_writer.hpp"
#include "tools/bandctl/open_host.hpp"

namespace bandctl {

namespace {

constexpr cli::Option own_options[] = {
    {.name = "stopped", .help = "Remove the services that do not run, too"},
    cli::timeout_option("2m"),
};

constexpr cli::OptionGroup groups[] = {{"Services", own_options}};

constexpr cli::Example examples[] = {
    {"What crashes have left behind", "bandctl prune"},
};

void run(cli::Invocation& in) {
    static constexpr cli::Column columns[] = {
        {"NAME"}, {"ID", cli::Align::left, true}, {"RUNTIME"}};
    const base::StopSignal stop;
    const auto removed =
        open_host(in)->prune(in.flag("stopped"), wait_of(in, stop, std::chrono::minutes{2}));
    cli::Records records{in, columns};
    for (const runtime::Instance& instance : removed) {
        std::string text;
        codec::JsonWriter json{text};
        json.begin_object();
        json.member("name", instance.name);
        json.member("id", instance.id);
        json.member("runtime", instance.runtime);
        json.end_object();
        const std::string cells[] = {instance.name, instance.id, instance.runtime};
        records.add(instance.name, text, cells);
    }
    records.finish();
}

} // namespace

extern const cli::Command prune_command;
const cli::Command prune_command{
    .name = "prune",
    .summary = "Remove what unfinished runs have left behind",
    .group = "Services",
    .description = "Removes instances that were started to become a service and never did, since "
                   "the program that started them was killed. A run that is under way is left "
                   "alone.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|ndjson|name",
    .run = run,
};

} // namespace bandctl
