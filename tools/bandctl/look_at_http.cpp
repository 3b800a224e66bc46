#include "base/error.hpp"
#include "base/printable.hpp"
#include "codec/json_path.hpp"
#include "codec/json_scanner.hpp"
#include "docker/engine.hpp"
#include "http/client.hpp"
#include "registry/client.hpp"
#include "tools/bandctl/finding.hpp"

#include <cerrno>
#include <unistd.h>

namespace bandctl {

namespace {

using base::Error;
using base::ErrorKind;

http::Response send(const http::Endpoint& endpoint, const http::Request& request,
                    base::Deadline deadline) {
    http::Client client{endpoint, -1, {.body_bytes = 1 << 20}};
    auto response = client.send(request, deadline);
    if (response.status == 401 || response.status == 403)
        throw Error(ErrorKind::no_permission, endpoint.url(),
                    "refuses us with " + std::to_string(response.status));
    return response;
}

bool is_json(const http::Response& response) {
    try {
        codec::validate_json(response.body);
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

[[noreturn]] void fail_strange(const http::Endpoint& endpoint, const http::Response& response,
                               const char* what) {
    throw Error(ErrorKind::protocol, endpoint.url(),
                "answers " + std::to_string(response.status) + " as no " + what + " does");
}

/// On TCP every user of the machine reaches it.
void advise_socket(Finding& finding, const http::Endpoint& endpoint) {
    if (endpoint.address.unix_path.empty() && net::names_loopback(endpoint.address.host))
        finding.advice.emplace_back("every user of this machine can reach it; --unix-socket with "
                                    "mode 0660 keeps others out");
}

/// The socket belongs to root and a group.
http::Response ask_docker(const http::Endpoint& endpoint, base::Deadline deadline) {
    const auto& path = endpoint.address.unix_path;
    if (!path.empty() && ::access(path.c_str(), F_OK) == 0 && ::access(path.c_str(), W_OK) != 0)
        throw Error(ErrorKind::no_permission, path, base::errno_text(errno),
                    "join the group that owns it: usermod -aG docker USER");
    // Engine API 1.41, SystemVersion
    return send(endpoint, {.target = "/version"}, deadline);
}

} // namespace

Finding look_at_docker(const std::string& engine, base::Deadline deadline) {
    const auto endpoint = docker::engine_at(engine);
    const auto response = ask_docker(endpoint, deadline);
    const auto version =
        is_json(response) ? codec::find_text(response.body, "Version") : std::nullopt;
    if (response.status != 200 || !version)
        fail_strange(endpoint, response, "Docker Engine");
    Finding finding;
    finding.version = *version;
    if (const auto api = codec::find_text(response.body, "ApiVersion"))
        finding.notes.push_back("API " + *api);
    return finding;
}

Finding look_at_director(const std::string& url, base::Deadline deadline) {
    const auto endpoint = http::Endpoint::parse(url);
    const auto response = send(endpoint, {.target = "/healthz"}, deadline);
    if (response.status != 200 && response.status != 503)
        fail_strange(endpoint, response, "director");
    Finding finding;
    if (is_json(response))
        finding.version = codec::find_text(response.body, "version").value_or("");
    if (response.status == 503) {
        finding.health = Health::failed;
        finding.notes.push_back("says that it is not well: " +
                                base::printable_start(response.body, 200));
    }
    advise_socket(finding, endpoint);
    return finding;
}

Finding look_at_registry(const std::string& url, const std::string& token,
                         base::Deadline deadline) {
    registry::Client client{url, token};
    client.locate("bandctl.doctor", deadline); // nobody is an answer, too
    Finding finding;
    advise_socket(finding, client.endpoint());
    return finding;
}

} // namespace bandctl
