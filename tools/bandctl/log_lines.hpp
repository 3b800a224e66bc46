#pragma once

#include "cli/invocation.hpp"
#include "host/host.hpp"

namespace bandctl {

/// Prints lines as the service wrote them, harmless on a terminal, behind their time where
/// `with_time`. `in` outlives it.
host::LogSink print_plain_lines(cli::Invocation& in, bool with_time = false);

/// {"time":…,"stream":"stdout","line":…}, one a line.
host::LogSink print_json_lines(cli::Invocation& in, const std::string& service);

} // namespace bandctl
