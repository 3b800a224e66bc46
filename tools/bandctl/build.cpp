#include "cli/command.hpp"
#include "cli/records.hpp"
#include "cli/shared_options.hpp"
#include "codec/json_writer.hpp"
#include "tools/bandctl/open_host.hpp"
#include "tools/bandctl/run_options.hpp"

namespace bandctl {

namespace {

constexpr cli::Option own_options[] = {cli::timeout_option("15m")};

constexpr cli::OptionGroup groups[] = {{"Build", build_option_table}, {"Limits", own_options}};

constexpr cli::Example examples[] = {
    {"The image of services/hello, from scratch", "bandctl build hello --no-cache --pull"},
};

void run(cli::Invocation& in) {
    static constexpr cli::Column columns[] = {{"NAME"}, {"IMAGE"}};
    const base::StopSignal stop;
    const host::RunRequest request = build_request(in);
    const std::string image = open_host(in)->build(request, show_progress(in),
                                                   wait_of(in, stop, std::chrono::minutes{15}));
    std::string text;
    codec::JsonWriter json{text};
    json.begin_object();
    json.member("name", request.spec.name);
    json.member("image", image);
    json.end_object();
    cli::Records records{in, columns};
    const std::string cells[] = {request.spec.name, image};
    records.add(image, text, cells);
    records.finish();
}

} // namespace

extern const cli::Command build_command;
const cli::Command build_command{
    .name = "build",
    .args = "SERVICE",
    .summary = "Build a service's image, and do not run it",
    .group = "Services",
    .description = "What run does first. Without Docker it checks that there is a program to run.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|ndjson|name",
    .complete = folder_names,
    .run = run,
};

} // namespace bandctl
