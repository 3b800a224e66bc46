#pragma once

#include "redis/connection.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rpc {

/// Told about a line's life. Called from the event loop.
class LineHandler {
public:
    /// Listening, and able to send. Again after each time that it was away.
    virtual void on_ready() = 0;
    /// Either direction is lost, or an attempt has failed; another follows by itself.
    virtual void on_away(const base::Error& error, std::chrono::milliseconds retry_in,
                         int attempt) = 0;
    virtual void on_message(std::string_view channel, std::string_view payload) = 0;

protected:
    ~LineHandler() = default;
};

/// The two connections to Redis of one who takes part in Band RPC: one listens to channels, since
/// it can do nothing else then, the other one publishes. Reconnects and subscribes anew for ever.
class Line {
public:
    /// Gets how many listen to the channel, or an error reply.
    using Published = redis::Connection::Callback;

    /// `loop` and `handler` outlive it.
    Line(loop::EventLoop& loop, const redis::Config& config, std::vector<std::string> channels,
         LineHandler& handler);

    void open();
    /// Calls nobody back any more.
    void close() noexcept;
    /// Hears nothing any more; publishes until it is closed.
    void stop_listening() noexcept;
    [[nodiscard]] bool can_publish() const noexcept { return out_.connected(); }
    [[nodiscard]] bool ready() const noexcept { return listening_ && out_.connected(); }

    /// Only while it can. The handler may hear within it that the line is away.
    void publish(std::string_view channel, std::string_view payload, Published published = {});

private:
    /// What one of the connections tells.
    struct Side final : redis::ConnectionHandler {
        explicit Side(Line& of) : line(of) {}
        void on_connected() override { line.on_connected(*this); }
        void on_disconnected(const base::Error& error, std::chrono::milliseconds retry_in,
                             int attempt) override {
            line.on_disconnected(*this, error, retry_in, attempt);
        }
        Line& line;
    };

    void on_connected(const Side& side);
    void on_disconnected(const Side& side, const base::Error& error,
                         std::chrono::milliseconds retry_in, int attempt);
    void on_push(redis::Reply&& reply);
    void tell_ready();

    std::vector<std::string> channels_;
    LineHandler& handler_;
    Side in_side_{*this};
    Side out_side_{*this};
    redis::Connection in_;
    redis::Connection out_;
    std::size_t subscribed_ = 0;
    bool listening_ = false;
};

} // namespace rpc
