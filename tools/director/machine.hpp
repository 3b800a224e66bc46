#pragma once

#include "director/daemon.hpp"
#include "host/local_host.hpp"

namespace director {

/// The runtimes of this machine and the services in its folders. `diagnostics` outlives what is
/// given back.
Machine machine_of(const host::LocalConfig& config, service::Diagnostics& diagnostics);

} // namespace director
