#pragma once

#include "cli/invocation.hpp"
#include "director/daemon.hpp"

namespace director {

/// The runtimes of this machine and the services in its folders, as the command line says.
/// `diagnostics` outlives what is given back. Throws base::Error.
Machine machine_of(const cli::Invocation& in, const redis::Config& redis,
                   service::Diagnostics& diagnostics);

} // namespace director
