#pragma once

#include "base/backoff.hpp"
#include "base/error.hpp"
#include "loop/fd_watch.hpp"
#include "loop/timer.hpp"
#include "redis/config.hpp"
#include "redis/reply.hpp"
#include "redis/session.hpp"

#include <deque>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace redis {

/// Told about a connection's life. Called from the event loop.
class ConnectionHandler {
public:
    /// Logged in as far as one can tell; commands may be sent.
    virtual void on_connected() = 0;
    /// The connection is gone, or an attempt failed; what was sent and not answered will not be.
    /// Another attempt follows after `retry_in` unless the connection is closed here.
    virtual void on_disconnected(const base::Error& error, std::chrono::milliseconds retry_in,
                                 int attempt) = 0;

protected:
    ~ConnectionHandler() = default;
};

/// A connection driven by the event loop; reconnects for ever with a jittered back-off until it is
/// closed. Replies come in the order of the commands.
class Connection {
public:
    /// Gets the reply, error replies among them. A callback that throws a base::Error breaks the
    /// connection, as a protocol error does.
    using Callback = std::function<void(Reply&&)>;

    /// `loop` and `handler` outlive it.
    Connection(loop::EventLoop& loop, Config config, ConnectionHandler& handler);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void open();
    /// Calls nobody back any more.
    void close() noexcept;
    [[nodiscard]] bool connected() const noexcept { return session_.has_value() && logged_in_; }

    /// Sends a command; only while connected. Commands of one turn of the loop travel together.
    void send(std::initializer_list<std::string_view> command, Callback callback);
    void send(std::span<const std::string_view> command, Callback callback);
    /// Sends bytes that are exactly one command, appended to `output()` by the caller.
    std::string& output() { return session_->output(); }
    void sent(Callback callback);
    /// Sends what is queued at once, for a caller that has other work to do in this turn.
    void push() { flush(); }
    /// Whether no reply is owed.
    [[nodiscard]] bool idle() const noexcept { return callbacks_.empty(); }
    /// Hands the kernel what has been sent so far, for a thread that will not come back to the loop
    /// soon.
    void flush();

    /// Replies that answer no command: the messages of a subscription.
    void set_push_callback(Callback callback) { on_push_ = std::move(callback); }

    [[nodiscard]] const Config& config() const noexcept { return config_; }

private:
    void attempt();
    void on_connect_progress();
    void start_session();
    void on_readable();
    void request_flush();
    void restart_silence_timer();
    void on_silence();
    void fail(const base::Error& error);

    loop::EventLoop& loop_;
    Config config_;
    ConnectionHandler& handler_;
    loop::FdWatch watch_;
    loop::Timer retry_timer_;
    loop::Timer silence_timer_; // connecting, or an answer is owed
    loop::Timer flush_timer_;
    std::optional<net::Connector> connector_;
    std::optional<Session> session_;
    bool logged_in_ = false;
    bool open_ = false;
    bool grace_given_ = false;
    std::deque<Callback> callbacks_;
    Callback on_push_;
    base::Backoff backoff_;
    std::uint64_t generation_ = 0; // of the session: a callback may have broken and renewed it
};

} // namespace redis
