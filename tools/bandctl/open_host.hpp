#pragma once

#include "base/stop_signal.hpp"
#include "cli/invocation.hpp"
#include "host/local_host.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace bandctl {

/// The machine whose services are meant: that of the director that --director, BAND_URL or the
/// context names, else this one. Throws base::Error for settings that are wrong.
std::unique_ptr<host::Host> open_host(cli::Invocation& in);

/// This machine, for what a director does not offer: `what` says what in the Error(usage) where one
/// is named.
std::unique_ptr<host::LocalHost> open_local_host(cli::Invocation& in, std::string_view what);

/// --timeout as a limit, `fallback` where it is not given, and an end by signal.
host::Wait wait_of(const cli::Invocation& in, const base::StopSignal& stop,
                   std::chrono::milliseconds fallback);

/// Offers the services of the machine as arguments.
std::vector<cli::Candidate> service_names(cli::Invocation& before, std::string_view word);

/// Throws Error(no): there is no such service; suggests one.
[[noreturn]] void throw_unknown(host::Host& host, std::string_view name, const host::Wait& wait);

} // namespace bandctl
