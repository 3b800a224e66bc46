#pragma once

#include "base/stop_signal.hpp"
#include "cli/invocation.hpp"
#include "host/local_host.hpp"
#include "http/endpoint.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace bandctl {

/// The machine whose services are meant: that of the director that --director, BAND_URL or the
/// context names, else this one. Throws base::Error for settings that are wrong.
std::unique_ptr<host::Host> open_host(cli::Invocation& in);

/// Where the director is. Throws Error(usage | config) for a URL that is none.
http::Endpoint parse_director(const std::string& url, const std::string& origin);

/// This machine, for what needs a terminal of it: where a director is named, an Error(usage) says
/// how to run `command` over there.
std::unique_ptr<host::LocalHost> open_local_host(cli::Invocation& in, const std::string& command);

/// --timeout as a limit, `fallback` where it is not given, and an end by signal.
host::Wait wait_of(const cli::Invocation& in, const base::StopSignal& stop,
                   std::chrono::milliseconds fallback);

/// Offers the services of the machine as arguments.
std::vector<cli::Candidate> service_names(cli::Invocation& before, std::string_view word);

/// Throws Error(no): there is no such service; suggests one.
[[noreturn]] void throw_unknown(host::Host& host, std::string_view name, const host::Wait& wait);

} // namespace bandctl
