#pragma once

#include "http/client.hpp"

#include <memory>

namespace http {

/// Carries one request after the other to one server. Throws as Client::send does.
class Transport {
public:
    virtual ~Transport() = default;
    virtual Response exchange(const Request& request, const Transfer& transfer,
                              base::Deadline deadline, int stop_fd) = 0;
};

/// HTTP/1.1 spoken by ourselves; there is no TLS in it.
std::unique_ptr<Transport> make_direct_transport(const Endpoint& endpoint,
                                                 const ClientLimits& limits);

/// By libcurl, which lives in the module bandkit-http.so: loading it takes longer than a whole
/// request on a local socket. Throws Error(unavailable) when the module is not installed.
std::unique_ptr<Transport> make_curl_transport(const Endpoint& endpoint,
                                               const ClientLimits& limits);

} // namespace http
