#pragma once

#include "http/message.hpp"
#include "net/address.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

namespace loop {
class EventLoop;
}

namespace http {

/// What a server puts up with; the defaults are those that every daemon of ours has.
struct Limits {
    std::size_t header_bytes = 32 * 1024;
    std::size_t header_lines = 100;
    std::size_t target_bytes = 8 * 1024;
    std::size_t body_bytes = 8 * 1024 * 1024;
    std::chrono::milliseconds header_time = std::chrono::seconds{10};
    std::chrono::milliseconds body_time = std::chrono::seconds{30};
    std::chrono::milliseconds idle_time = std::chrono::seconds{60};
    std::chrono::milliseconds send_time = std::chrono::seconds{30}; // an answer that is not read
    std::size_t connections = 10240;
    std::size_t connections_a_peer = 256; // loopback and Unix sockets are not counted
    std::size_t requests_a_connection = 1000;
};

/// The answer that is owed to one request; moves with whoever will give it, at once or later.
/// Dropped without an answer it sends 500. When the client has gone, sending does nothing.
class Responder {
public:
    struct State;

    explicit Responder(std::shared_ptr<State> state) noexcept;
    Responder(Responder&&) noexcept;
    Responder& operator=(Responder&&) noexcept;
    ~Responder();

    void send(Response response);

    /// Begins a body without a known end (server-sent events, logs); `write` and `end` follow.
    void start(int status, Headers headers);
    /// Hands on a piece. False when the client has gone, or has left more than 1 MiB unread: then
    /// the connection is closed, since a slow reader must not fill our memory.
    bool write(std::string_view piece);
    void end();

    /// Called once when the client closes before the answer is complete.
    void on_gone(std::function<void()> callback);

private:
    std::shared_ptr<State> state_;
};

/// An HTTP/1.1 server on an event loop. Requests that are malformed or over a limit are answered
/// (400, 408, 413, 414, 417, 431, 501, 503) without reaching the handler.
class Server {
public:
    /// Must not throw; called from the loop.
    using Handler = std::function<void(Request&&, Responder&&)>;

    /// `loop` outlives it.
    Server(loop::EventLoop& loop, Limits limits, Handler handler);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Listens on one more address; port 0 takes a free one. Gives the address that was bound.
    /// Throws Error(unavailable) when it is taken, Error(no_permission), Error(config).
    net::Address listen(const net::Address& address);

    /// Takes no new connection or request; `done` is called when every answer has been sent, or
    /// after `grace`.
    void drain(std::chrono::milliseconds grace, std::function<void()> done);

    [[nodiscard]] std::size_t connections() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace http
