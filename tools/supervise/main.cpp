#include "base/error.hpp"
#include "base/printable.hpp"
#include "cli/run_main.hpp"
#include "tools/supervise/supervisor.hpp"

#include <poll.h>

namespace {

using base::Error;
using base::ErrorKind;

/// The one before may still be on its way out.
base::UniqueFd hold(const runtime::RunFolder& run) {
    const auto end = base::Deadline::after(std::chrono::seconds{5});
    for (;;) {
        if (base::UniqueFd lock = run.hold())
            return lock;
        if (end.passed())
            throw Error(ErrorKind::no, run.service(), "is supervised already");
        ::poll(nullptr, 0, 10);
    }
}

void run(cli::Invocation& in) {
    const runtime::RunFolder folder{in.rest().front()};
    const base::UniqueFd lock = hold(folder);
    supervise::Supervisor{folder}.run();
}

constexpr cli::Command supervise_command{
    .name = "band-supervise",
    .args = "-- FOLDER",
    .summary = "Keep a service's program running, in a tmux session",
    .description = "Started by bandctl and director; of no use to people.",
    .run = run,
};

} // namespace

int main(int argc, char** argv) {
    return cli::run_main(argc, argv, supervise_command);
}
