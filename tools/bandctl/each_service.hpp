#pragma once

#include "cli/command.hpp"
#include "tools/bandctl/open_host.hpp"

#include <chrono>
#include <functional>
#include <span>
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

/// The options of those that end what runs: --time, and --timeout.
std::span<const cli::OptionGroup> ending_options() noexcept;

/// The same for what ends services, which have --time after SIGTERM.
cli::ExitCode end_each_service(cli::Invocation& in, std::string_view doing, std::string_view done,
                               bool (host::Host::*operation)(std::string_view name,
                                                             std::chrono::seconds grace,
                                                             const host::Wait& wait));

} // namespace bandctl
