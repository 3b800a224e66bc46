#include "cli/command.hpp"
#include "tools/bandctl/service_call.hpp"

namespace bandctl {

namespace {

constexpr cli::Example examples[] = {
    {"Tell a service to look again", "bandctl notify hello refresh"},
    {"Tell all services that listen to broadcasts", "bandctl notify broadcast cleanup days:=30"},
};

void run(cli::Invocation& in) {
    notify_service(in, call_of(in));
}

} // namespace

extern const cli::Command notify_command;
const cli::Command notify_command{
    .name = "notify",
    .args = "SERVICE METHOD [ARGUMENT...]",
    .summary = "Call a method without waiting for an answer",
    .group = "Services",
    .description = "Sends a call that nobody answers, to all instances that listen. ARGUMENT is "
                   "NAME=TEXT, NAME:=JSON, or - to read all of them from standard input.\n"
                   "The exit status is 69 when nobody listens to that name.",
    .examples = examples,
    .options = call_options(),
    .complete = complete_call,
    .run = run,
};

} // namespace bandctl
