#include "base/clock.hpp"
#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/records.hpp"
#include "cli/shared_options.hpp"
#include "client/client.hpp"
#include "tools/bandctl/log_lines.hpp"
#include "tools/bandctl/open_host.hpp"
#include "tools/bandctl/run_options.hpp"
#include "tools/bandctl/service_view.hpp"

namespace bandctl {

namespace {

using namespace std::chrono_literals;
using base::Error;
using base::ErrorKind;

constexpr std::chrono::seconds foreground_grace = 10s;

constexpr cli::Option own_options[] = {
    {.name = "wait",
     .kind = cli::Kind::choice,
     .help = "Until when it waits: the program runs, listens on the bus, or answers there",
     .fallback = "answers",
     .choices = "started|registered|answers"},
    {.name = "detach", .help = "Short for --wait started"},
    {.name = "follow",
     .letter = 'f',
     .help = "Show its log until it ends, and end with its status; Ctrl-C stops it"},
    cli::timeout_option("15m"),
};

constexpr cli::OptionGroup groups[] = {
    {"Run", own_options}, {"Build", build_option_table}, {"Service", launch_option_table}};

constexpr cli::Example examples[] = {
    {"Run the folder services/hello", "bandctl run hello"},
    {"Without Docker, and with a variable", "bandctl run hello --runtime tmux --env GREETING=hi"},
    {"A program that does not talk to the bus", "bandctl run web --wait started"},
    {"In the foreground, as a container's --rm does", "bandctl run hello --follow"},
    {"An image that is there already", "bandctl run cache --image redis:7 --wait started"},
};

host::Readiness readiness_of(const cli::Invocation& in) {
    const std::string word = in.choice("wait");
    if (in.flag("detach") && in.on_command_line("wait") && word != "started")
        throw Error(ErrorKind::usage, "--detach", "does not wait, but --wait says so",
                    "leave one of them out");
    return in.flag("detach") || word == "started" ? host::Readiness::started
           : word == "registered"                 ? host::Readiness::registered
                                                  : host::Readiness::answers;
}

/// What it printed so far and prints from now on, until it has ended; then its status.
cli::ExitCode follow(cli::Invocation& in, host::Host& host, const std::string& name,
                     const base::StopSignal& stop) {
    in.out().set_following(true);
    try {
        host.logs(name, {.follow = true}, print_plain_lines(in),
                  {base::Deadline::never(), stop.fd()});
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::interrupted)
            throw;
        host.stop(name, foreground_grace, {base::Deadline::after(foreground_grace + 10s), -1});
        throw client::stopped_by(stop, name, "was stopped");
    }
    const auto service = host.find(name, {base::Deadline::after(10s), -1});
    if (!service || !service->instance)
        throw Error(ErrorKind::no, name, "was removed by somebody");
    return static_cast<cli::ExitCode>(service->instance->exit_code.value_or(1));
}

cli::ExitCode run(cli::Invocation& in) {
    const base::StopSignal stop;
    host::RunRequest request = run_request(in);
    request.until = readiness_of(in);
    const bool foreground = in.flag("follow");
    if (foreground && !in.setting("director").value.empty())
        throw Error(ErrorKind::usage, "--follow",
                    "cannot be done over a director, which starts again what ends",
                    "run it without, then bandctl logs -f " + request.spec.name);
    if (foreground && !in.given("restart"))
        request.spec.restart_policy = "no"; // its end is ours
    const auto host = open_host(in);
    const auto progress = foreground ? host::Progress{} : show_progress(in);
    const host::Service service = host->run(request, progress, wait_of(in, stop, 15min));
    if (foreground)
        return follow(in, *host, service.name, stop);
    const std::int64_t now = base::unix_ms();
    cli::Records records{in, service_columns};
    records.add(service.name, service_json(service, now), service_cells(service, now));
    records.finish();
    return cli::ExitCode::ok;
}

} // namespace

extern const cli::Command run_command;
const cli::Command run_command{
    .name = "run",
    .args = "SERVICE",
    .summary = "Build a service's folder and make it live",
    .group = "Services",
    .description =
        "A service is a folder of that name in --images (BAND_IMAGES, ./services), with a "
        "Dockerfile, or an executable `run`, or both. The new one is started beside the one that "
        "is there, and takes its place only once it is ready; if it never is, the old one stays "
        "and the new one's last log lines are told.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|ndjson|name|template=TEXT",
    .complete = folder_names,
    .run = run,
};

} // namespace bandctl
