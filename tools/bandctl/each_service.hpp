#pragma once

#include "cli/command.hpp"
#include "tools/bandctl/open_host.hpp"

#include <chrono>
#include <functional>
#include <string_view>

namespace bandctl {

/// Does something to each service of the command line in turn, and prints the names of those it was
/// done to. One that is not known, or fails, does not keep the others from it. `doing` is
/// "stopping", for who waits at a terminal, `done` is "stopped". `operation` gives false for an
/// unknown service.
cli::ExitCode for_each_service(
    cli::Invocation& in, std::string_view doing, std::string_view done,
    std::chrono::milliseconds patience,
    const std::function<bool(host::Host&, const std::string&, const host::Wait&)>& operation);

/// --time, how long a service has after SIGTERM.
inline constexpr cli::Option grace_option{.name = "time",
                                          .letter = 't',
                                          .kind = cli::Kind::duration,
                                          .help = "How long it has after SIGTERM before SIGKILL",
                                          .fallback = "10s",
                                          .variable = ""};

std::chrono::seconds grace_of(const cli::Invocation& in);

/// A limit that leaves the services their grace.
std::chrono::milliseconds patience_with(std::chrono::seconds grace);

} // namespace bandctl
