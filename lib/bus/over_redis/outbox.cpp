#include "bus/over_redis/outbox.hpp"

#include "redis/error.hpp"

namespace bus::over_redis {

void Outbox::add(std::string request, OnReply on_reply) {
    commands_.push_back({std::move(request), std::move(on_reply)});
    if (connection_.connected())
        send(commands_.back());
}

void Outbox::resend() {
    for (Command& command : commands_) {
        command.repeated = command.sent;
        send(command);
    }
}

void Outbox::send(Command& command) {
    command.sent = true;
    connection_.output() += command.request;
    connection_.sent([this](redis::Reply&& reply) { take(std::move(reply)); });
}

void Outbox::take(redis::Reply&& reply) {
    if (reply.is_error()) {
        const redis::ReplyError error{"settle a message", reply.text};
        // Breaking the connection brings the back-off, and everything again after it.
        if (error.code() == "NOSCRIPT")
            throw base::Error(base::ErrorKind::unavailable, "the server", "has lost our scripts");
        if (error.remedy() != redis::Remedy::none)
            throw redis::ReplyError(error);
    }
    const Command command = std::move(commands_.front());
    commands_.pop_front();
    command.on_reply(std::move(reply), command.repeated);
}

} // namespace bus::over_redis
