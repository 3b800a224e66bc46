#include "base/error.hpp"
#include "base/printable.hpp"
#include "cli/command.hpp"
#include "cli/shared_options.hpp"
#include "runtime/tmux_runtime.hpp"
#include "tools/bandctl/open_host.hpp"

#include <cerrno>
#include <csignal>
#include <unistd.h>

namespace bandctl {

namespace {

using namespace std::chrono_literals;
using base::Error;
using base::ErrorKind;

constexpr cli::Option own_options[] = {cli::timeout_option("10s")};

constexpr cli::OptionGroup groups[] = {{"Limits", own_options}};

constexpr cli::Example examples[] = {
    {"Its terminal; Ctrl-B D leaves it running", "bandctl attach hello"},
};

void run(cli::Invocation& in) {
    const std::string& name = in.args().front();
    const auto host = open_local_host(in, "attach " + base::printable(name));
    const base::StopSignal stop;
    const host::Wait wait = wait_of(in, stop, 10s);
    const auto service = host->find(name, wait);
    if (!service)
        throw_unknown(*host, name, wait);
    if (!service->instance || service->instance->runtime != "tmux")
        throw Error(ErrorKind::usage, base::quoted(name), "does not run in tmux",
                    "bandctl logs -f " + name + " shows its output");
    const runtime::TmuxRuntime tmux{runtime::TmuxConfig::from_environment()};
    auto command = tmux.attach_command(name, wait);
    if (!command)
        throw Error(ErrorKind::no, base::quoted(name), "does not run",
                    "bandctl start " + name + " starts it");
    if (::isatty(STDIN_FILENO) == 0 || !in.out().terminal())
        throw Error(ErrorKind::usage, "attach", "needs a terminal");
    std::vector<char*> words;
    for (std::string& word : *command)
        words.push_back(word.data());
    words.push_back(nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    ::unsetenv("TMUX"); // also from within a tmux of the person's own
    ::execvp(words[0], words.data());
    throw Error(ErrorKind::cannot_run, command->front(), base::errno_text(errno));
}

} // namespace

extern const cli::Command attach_command;
const cli::Command attach_command{
    .name = "attach",
    .args = "SERVICE",
    .summary = "Show the terminal of a service that runs in tmux",
    .group = "Services",
    .description =
        "Shows the tmux session of the service; what is typed there is its program's "
        "standard input. Leaving it (Ctrl-B D) leaves the service running. It has to be run on "
        "the service's machine, as the user who runs it there: with --director it says how.",
    .examples = examples,
    .options = groups,
    .complete = service_names,
    .run = run,
};

} // namespace bandctl
