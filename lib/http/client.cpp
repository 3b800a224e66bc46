#include "http/client.hpp"

#include "base/error.hpp"
#include "http/field.hpp"
#include "http/transport.hpp"

#include <algorithm>

namespace http {

namespace {

using base::Error;
using base::ErrorKind;

/// This machine, where starting libcurl would take longer than the request.
bool is_local(const Endpoint& endpoint) {
    return !endpoint.address.unix_path.empty() || net::names_loopback(endpoint.address.host);
}

/// Nothing that comes from elsewhere may begin a header, or a request, of its own.
void check(const Request& request) {
    if (!is_token(request.method))
        throw Error(ErrorKind::usage, "HTTP request", "no such method");
    if (!request.target.starts_with('/') ||
        std::ranges::any_of(request.target, [](unsigned char c) { return c <= 0x20 || c >= 0x7f; }))
        throw Error(ErrorKind::usage, "HTTP request", "the target is not percent-encoded");
    for (const auto& [name, value] : request.headers.fields()) {
        if (!is_token(name) || value.find_first_of(std::string_view{"\r\n\0", 3}) != value.npos)
            throw Error(ErrorKind::usage, "HTTP request", "a header holds a line end",
                        "check the token");
    }
}

} // namespace

Client::Client(Endpoint endpoint, int stop_fd, ClientLimits limits)
    : endpoint_(std::move(endpoint)), stop_fd_(stop_fd), limits_(limits) {}

Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Response Client::send(const Request& request, base::Deadline deadline, const Transfer& transfer) {
    check(request);
    if (!transport_)
        transport_ = !endpoint_.tls && is_local(endpoint_)
                         ? make_direct_transport(endpoint_, limits_)
                         : make_curl_transport(endpoint_, limits_);
    return transport_->exchange(request, transfer, deadline, stop_fd_);
}

} // namespace http
