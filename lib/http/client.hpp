#pragma once

#include "base/clock.hpp"
#include "http/endpoint.hpp"
#include "http/message.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

namespace http {

/// What a client puts up with.
struct ClientLimits {
    std::size_t header_bytes = 32 * 1024;
    std::size_t header_lines = 100;
    std::size_t body_bytes = 64 * 1024 * 1024; // of a body that is not streamed
    std::chrono::milliseconds connect_timeout = std::chrono::seconds{5};
};

/// A body that comes or goes in pieces, for what is too large for memory or has no end.
struct Transfer {
    /// Gives the next piece of the request's body, valid until the next call; an empty one ends
    /// it. Without a source the body is Request::body.
    std::function<std::string_view()> source;
    /// Takes the body of a successful answer (2xx) piece by piece; false: that is enough. Without
    /// a sink, and of any other answer, the body is in Response::body.
    std::function<bool(std::string_view)> sink;
};

class Transport;

/// A blocking HTTP/1.1 client for one server, which keeps its connection between requests and
/// connects on first use. Used by one thread. It follows no redirects.
class Client {
public:
    /// `stop_fd` (-1: none): once readable, a wait ends with Error(interrupted).
    explicit Client(Endpoint endpoint, int stop_fd = -1, ClientLimits limits = {});
    ~Client();
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;

    /// Sends the request (Host and the framing headers are added) and gives the answer, whatever
    /// its status is. Throws Error(unavailable) when the server cannot be reached or the
    /// connection broke, Error(timeout), Error(interrupted), Error(protocol) for an answer that is
    /// no HTTP or over a limit, Error(no_permission) when TLS trust fails; what source and sink
    /// throw goes through. A request is repeated only when it is a GET or HEAD on a kept connection
    /// that the server turns out to have closed.
    Response send(const Request& request, base::Deadline deadline, const Transfer& transfer = {});

    /// Another stop_fd for what follows; -1: nothing is interrupted, for cleaning up.
    void stop_on(int stop_fd) noexcept { stop_fd_ = stop_fd; }

    [[nodiscard]] const Endpoint& endpoint() const noexcept { return endpoint_; }

private:
    Endpoint endpoint_;
    int stop_fd_;
    ClientLimits limits_;
    std::unique_ptr<Transport> transport_;
};

} // namespace http
