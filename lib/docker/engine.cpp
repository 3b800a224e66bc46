#include "docker/engine.hpp"

#include "base/error.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unistd.h>

namespace docker {

namespace {

using base::Error;
using base::ErrorKind;

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

std::string local_socket() {
    const std::string usual = "/var/run/docker.sock";
    std::string own = variable("XDG_RUNTIME_DIR");
    if (own.empty())
        own = "/run/user/" + std::to_string(::getuid());
    for (const std::string& path : {usual, own + "/docker.sock", own + "/podman/podman.sock",
                                    std::string{"/run/podman/podman.sock"}})
        if (::access(path.c_str(), F_OK) == 0)
            return path;
    return usual;
}

void set_certificates(http::Endpoint& endpoint) {
    std::string folder = variable("DOCKER_CERT_PATH");
    if (folder.empty())
        folder = variable("HOME") + "/.docker";
    endpoint.tls = true;
    endpoint.ca_file = folder + "/ca.pem";
    endpoint.certificate_file = folder + "/cert.pem";
    endpoint.key_file = folder + "/key.pem";
    for (const auto& file : {endpoint.ca_file, endpoint.certificate_file, endpoint.key_file})
        if (::access(file.c_str(), R_OK) != 0)
            throw Error(ErrorKind::config, "DOCKER_CERT_PATH", "cannot read " + file);
}

} // namespace

http::Endpoint engine_from_environment() {
    return engine_at(variable("DOCKER_HOST"));
}

http::Endpoint engine_at(std::string host) {
    const bool tls = !variable("DOCKER_TLS_VERIFY").empty();
    if (host.empty())
        return http::Endpoint{.address = {.unix_path = local_socket()}};
    if (host.starts_with("tcp://"))
        host.replace(0, 3, tls ? "https" : "http");
    const std::uint16_t port = tls ? 2376 : 2375;
    try {
        auto endpoint = http::Endpoint::parse(host, port);
        if (endpoint.tls || (tls && endpoint.address.unix_path.empty()))
            set_certificates(endpoint);
        return endpoint;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::usage)
            throw;
        throw Error(ErrorKind::config, "DOCKER_HOST", error.subject() + " is " + error.why(),
                    "it looks like unix:///var/run/docker.sock or tcp://host:2376");
    }
}

} // namespace docker
