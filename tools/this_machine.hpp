#pragma once

#include "cli/invocation.hpp"
#include "host/local_host.hpp"

#include <chrono>

namespace tools {

/// Where the services of this machine and their bus are, as the command line, the environment and
/// the context say. Redis may take `patience` for an answer. `on_trouble` and `ready_within` stay
/// for the caller to set. Throws base::Error.
host::LocalConfig local_config_of(cli::Invocation& in, std::chrono::milliseconds patience);

} // namespace tools
