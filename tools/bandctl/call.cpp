#include "cli/command.hpp"
#include "codec/json_path.hpp"
#include "codec/json_style.hpp"
#include "tools/bandctl/service_call.hpp"
#include "tools/pretty_style.hpp"

namespace bandctl {

namespace {

constexpr cli::Example examples[] = {
    {"Call a method with two arguments", "bandctl call hello hello name=Ada times:=2"},
    {"Arguments by position", "bandctl call hello add --params '[1, 2]'"},
    {"From another program", "jq -n '{name: \"Ada\"}' | bandctl call hello hello -"},
    {"A text as it is", "bandctl call hello hello name=Ada -o raw"},
};

/// A text as it is, anything else as JSON; complete lines are for a terminal.
void print_raw(cli::Invocation& in, const std::string& result) {
    const std::string text = codec::plain_text(result);
    in.out().write(text);
    if (in.out().terminal() && !text.ends_with('\n'))
        in.out().end_line();
}

void run(cli::Invocation& in) {
    const std::string result = call_service(in, call_of(in));
    if (in.format() == cli::Format::raw)
        return print_raw(in, result);
    std::string json;
    codec::append_styled(json, result); // as others would spell it
    if (in.format() == cli::Format::table && in.out().terminal())
        in.out().line(codec::pretty(json, tools::pretty_style(in.style())));
    else
        in.out().line(json);
}

} // namespace

extern const cli::Command call_command;
const cli::Command call_command{
    .name = "call",
    .args = "SERVICE METHOD [ARGUMENT...]",
    .summary = "Call a method of a service and print its result",
    .group = "Services",
    .description =
        "Calls METHOD and waits for the answer, of whichever instance is first. ARGUMENT is "
        "NAME=TEXT, NAME:=JSON, or - to read all of them from standard input, as JSON.\n"
        "The exit status is 1 for an answer that is an error, 69 when nobody has that name, and "
        "124 when there is no answer in time.",
    .examples = examples,
    .options = call_options(),
    .formats = "table|json|raw",
    .complete = complete_call,
    .run = run,
};

} // namespace bandctl
