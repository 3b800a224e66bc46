#include "cli/exit_code.hpp"

#include <algorithm>
#include <array>

namespace cli {

namespace {

constexpr std::array table{
    ExitCodeInfo{ExitCode::ok, "ok", "Done, and the answer is yes."},
    ExitCodeInfo{
        ExitCode::no, "no",
        "The peer answered no: an error result, a refused or unroutable message, unhealthy, "
        "or some of a batch failed."},
    ExitCodeInfo{ExitCode::usage, "usage", "Bad option or argument."},
    ExitCodeInfo{ExitCode::stopped, "stopped", "Status commands: it is stopped."},
    ExitCodeInfo{ExitCode::unknown, "unknown", "Status commands: nothing is known of it."},
    ExitCodeInfo{ExitCode::dataerr, "dataerr", "The payload does not parse."},
    ExitCodeInfo{ExitCode::noinput, "noinput", "An input file is missing or unreadable."},
    ExitCodeInfo{ExitCode::unavailable, "unavailable",
                 "The peer cannot be reached, or nobody listens to that name."},
    ExitCodeInfo{ExitCode::software, "software", "A bug of this program."},
    ExitCodeInfo{ExitCode::cantcreat, "cantcreat", "An output file cannot be created."},
    ExitCodeInfo{ExitCode::ioerr, "ioerr",
                 "Output cannot be written. A reader that went away is no error."},
    ExitCodeInfo{ExitCode::tempfail, "tempfail", "Retries are used up; trying later may help."},
    ExitCodeInfo{ExitCode::protocol, "protocol", "The peer speaks nonsense."},
    ExitCodeInfo{ExitCode::noperm, "noperm", "Authentication or access was refused."},
    ExitCodeInfo{ExitCode::config, "config", "Bad environment variable, context or file."},
    ExitCodeInfo{ExitCode::timeout, "timeout", "The time given has run out."},
    ExitCodeInfo{ExitCode::cannot_run, "cannot_run", "A program to run could not be started."},
    ExitCodeInfo{ExitCode::not_executable, "not_executable", "It is not executable."},
    ExitCodeInfo{ExitCode::not_found, "not_found", "It was not found."},
    ExitCodeInfo{ExitCode::interrupted, "interrupted", "Ended by Ctrl-C before the work was done."},
    ExitCodeInfo{ExitCode::terminated, "terminated", "Ended by SIGTERM before the work was done."},
};

} // namespace

std::span<const ExitCodeInfo> exit_codes() noexcept {
    return table;
}

ExitCode exit_code_of(base::ErrorKind kind) noexcept {
    switch (kind) {
        using enum base::ErrorKind;
    case no:
        return ExitCode::no;
    case usage:
        return ExitCode::usage;
    case data:
        return ExitCode::dataerr;
    case no_input:
        return ExitCode::noinput;
    case unavailable:
        return ExitCode::unavailable;
    case internal:
        return ExitCode::software;
    case cannot_create:
        return ExitCode::cantcreat;
    case io:
        return ExitCode::ioerr;
    case temporary:
        return ExitCode::tempfail;
    case protocol:
        return ExitCode::protocol;
    case no_permission:
        return ExitCode::noperm;
    case config:
        return ExitCode::config;
    case timeout:
        return ExitCode::timeout;
    case cannot_run:
        return ExitCode::cannot_run;
    case not_executable:
        return ExitCode::not_executable;
    case not_found:
        return ExitCode::not_found;
    case interrupted:
        return ExitCode::interrupted;
    case terminated:
        return ExitCode::terminated;
    }
    return ExitCode::software;
}

std::string_view name_of(ExitCode code) noexcept {
    const auto* const row = std::ranges::find(table, code, &ExitCodeInfo::code);
    return row == table.end() ? "software" : row->name;
}

} // namespace cli
