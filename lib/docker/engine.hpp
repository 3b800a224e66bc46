#pragma once

#include "http/endpoint.hpp"

#include <string>

namespace docker {

/// Where the Engine listens, by the variables that the docker program reads: DOCKER_HOST
/// (unix://PATH, tcp://HOST[:PORT]), DOCKER_TLS_VERIFY and DOCKER_CERT_PATH (ca.pem, cert.pem,
/// key.pem; by default ~/.docker). Without DOCKER_HOST it is the first socket that exists of
/// /var/run/docker.sock, a rootless Docker's and Podman's. Throws Error(config).
http::Endpoint engine_from_environment();

/// The same with `host` in the place of DOCKER_HOST.
http::Endpoint engine_at(std::string host);

} // namespace docker
