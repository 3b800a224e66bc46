#pragma once

#include "redis/connection.hpp"

#include <deque>
#include <functional>
#include <string>

namespace bus::over_redis {

/// Commands that must be carried out in the end: kept until they are answered, and sent again after
/// every reconnection. So each must be one that may be repeated.
class Outbox {
public:
    /// `repeated`: the command was sent more than once, and may have been carried out before. Gets
    /// only those error replies that repeating does not mend.
    using OnReply = std::function<void(redis::Reply&& reply, bool repeated)>;

    explicit Outbox(redis::Connection& connection) : connection_(connection) {}

    /// `request` is exactly one command, RESP.
    void add(std::string request, OnReply on_reply);

    /// To be called when the connection has come back.
    void resend();

    [[nodiscard]] bool empty() const noexcept { return commands_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return commands_.size(); }

private:
    struct Command {
        std::string request;
        OnReply on_reply;
        bool sent = false;
        bool repeated = false;
    };
    void send(Command& command);
    void take(redis::Reply&& reply);

    redis::Connection& connection_;
    std::deque<Command> commands_; // the answer that comes next is the first one's
};

} // namespace bus::over_redis
