#pragma once

#include "http/limits.hpp"
#include "http/message.hpp"
#include "net/address.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace loop {
class EventLoop;
}

namespace http {

/// What a server tells about each request once it has been answered, or refused.
struct Exchange {
    std::string peer;
    std::string method; // empty, like the next ones, when the head could not be read
    std::string target;
    std::string referer;
    std::string user_agent;
    bool http_1_0 = false;
    int status = 0;
    std::size_t body_bytes = 0; // of the answer
    std::chrono::microseconds took{};
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
    /// Where there is to be no body, as with HEAD, the answer is complete by it.
    void start(int status, Headers headers);
    /// Hands on a piece. False when the client has gone, or has left more than 1 MiB unread: then
    /// the connection is closed, since a slow reader must not fill our memory.
    bool write(std::string_view piece);
    /// How much of it is still with us, and a call from the loop each time that nothing of it is
    /// any more: for what is read from somewhere as fast as the client takes it.
    [[nodiscard]] std::size_t unsent() const noexcept;
    void on_drained(std::function<void()> callback);
    void end();

    /// Called once, from the loop, when the client closes before the answer is complete. A client
    /// that only stopped sending counts as gone, but an answer is still sent to it.
    void on_gone(std::function<void()> callback);

private:
    std::shared_ptr<State> state_;
};

/// An HTTP/1.1 server on an event loop. Requests that are malformed or over a limit are answered
/// (400, 408, 413, 414, 417, 431, 501, 503, 505) without reaching the handler. Requests of one
/// connection are handled one after the other, so a pipelined one sees what those before it did.
/// The answer to HEAD is sent without its body.
class Server {
public:
    /// Must not throw; called from the loop.
    using Handler = std::function<void(Request&&, Responder&&)>;
    using Log = std::function<void(const Exchange&)>;

    /// `loop` outlives it.
    Server(loop::EventLoop& loop, Limits limits, Handler handler);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Listens on one more address; port 0 takes a free one. Gives the address that was bound.
    /// Throws Error(unavailable) when it is taken, Error(no_permission), Error(config).
    net::Address listen(const net::Address& address);

    /// From now on `log` is told about every exchange, also those that no handler saw.
    void log_to(Log log);

    /// Takes no new connection; those that are open may finish, and send what is on its way.
    /// `done` is called, from the loop, when all have ended, or after `grace`; it must not destroy
    /// the server.
    void drain(std::chrono::milliseconds grace, std::function<void()> done);

    [[nodiscard]] std::size_t connections() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace http
