#pragma once

#include "host/host.hpp"

#include <memory>
#include <vector>

namespace host {

/// The runtimes of this machine as the environment says, in the order of preference. Nothing is
/// connected yet. Throws base::Error for variables that are wrong.
std::vector<std::unique_ptr<runtime::Runtime>> local_runtimes();

/// The images that were built for services here. Throws Error(unavailable) without Docker.
std::vector<Image> local_images(const Wait& wait);

/// Whether there is an Engine here, which may be down: its socket, or an address on the network.
bool is_docker_there();

/// Whether there are signs of Docker here: DOCKER_HOST, or a socket.
bool is_docker_expected();

} // namespace host
