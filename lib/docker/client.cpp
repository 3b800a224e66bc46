#include "docker/client.hpp"

#include "base/error.hpp"
#include "codec/json_path.hpp"
#include "docker/refusal.hpp"

#include <cerrno>
#include <charconv>
#include <cstdlib>

namespace docker {

namespace {

using base::Error;
using base::ErrorKind;

Error unavailable(const http::Endpoint& engine, const Error& error) {
    const std::string& path = engine.address.unix_path;
    if (!path.empty() && error.why() == base::errno_text(EACCES))
        return {ErrorKind::no_permission, "docker engine at " + path, error.why(),
                "root and members of the group docker may use it"};
    return {ErrorKind::unavailable, "docker engine at " + (path.empty() ? engine.url() : path),
            error.why(), "start it with \"systemctl start docker\", or set DOCKER_HOST"};
}

/// "1.41" as a number that compares.
int api_number(std::string_view version) {
    int major = 0;
    int minor = 0;
    const auto end = version.data() + version.size();
    const auto dot = std::from_chars(version.data(), end, major);
    if (dot.ec != std::errc() || dot.ptr == end || *dot.ptr != '.' ||
        std::from_chars(dot.ptr + 1, end, minor).ec != std::errc() || major > 999 || minor > 999)
        return 0;
    return major * 1000 + minor;
}

} // namespace

Client::Client(http::Endpoint engine, int stop_fd) : http_(std::move(engine), stop_fd) {}

http::Response Client::send(std::string_view method, std::string target, std::string body,
                            base::Deadline deadline, const http::Transfer& transfer) {
    http::Request request;
    request.method = method;
    request.target = std::move(target);
    if (transfer.source)
        request.headers.add("Content-Type", "application/x-tar");
    else if (!body.empty())
        request.headers.add("Content-Type", "application/json");
    request.body = std::move(body);
    try {
        return http_.send(request, deadline, transfer);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::unavailable)
            throw;
        throw unavailable(http_.endpoint(), error);
    }
}

http::Response Client::call(std::string_view method, std::string_view target, std::string body,
                            base::Deadline deadline, const http::Transfer& transfer) {
    if (version_.empty())
        negotiate(deadline);
    return send(method, version_ + std::string{target}, std::move(body), deadline, transfer);
}

/// HEAD and GET /_ping answer with the Engine's newest version in a header since API 1.24.
void Client::negotiate(base::Deadline deadline) {
    const auto answer = send("GET", "/_ping", "", deadline);
    const auto theirs = answer.headers.find("api-version");
    if (answer.status != 200)
        throw refusal("docker engine", answer);
    if (!theirs || api_number(*theirs) == 0)
        throw Error(ErrorKind::protocol, "docker engine", "it does not say its API version",
                    "is it a Docker Engine that listens there?");
    const char* const asked = std::getenv("DOCKER_API_VERSION");
    const std::string_view ours = asked != nullptr && *asked != '\0' ? asked : newest_api;
    if (api_number(ours) == 0)
        throw Error(ErrorKind::config, "DOCKER_API_VERSION", "no version such as 1.41");
    version_ = "/v";
    version_ += api_number(*theirs) < api_number(ours) ? *theirs : ours;
}

Change Client::change(std::string_view method, std::string_view target, const std::string& subject,
                      base::Deadline deadline) {
    const auto answer = call(method, target, "", deadline);
    switch (answer.status) {
    case 200:
    case 204:
        return Change::done;
    case 304:
        return Change::already;
    case 404:
        return Change::unknown;
    default:
        throw refusal(subject, answer);
    }
}

Version Client::version(base::Deadline deadline) {
    const auto answer = send("GET", "/version", "", deadline);
    if (answer.status != 200)
        throw refusal("docker engine", answer);
    return {codec::find_text(answer.body, "Version").value_or("unknown"),
            codec::find_text(answer.body, "ApiVersion").value_or("unknown")};
}

} // namespace docker
