#include "redis/connection.hpp"

#include "base/error.hpp"
#include "loop/event_loop.hpp"
#include "redis/command.hpp"
#include "redis/error.hpp"

#include <utility>

namespace redis {

using base::Error;
using base::ErrorKind;

Connection::Connection(loop::EventLoop& loop, Config config, ConnectionHandler& handler)
    : loop_(loop), config_(std::move(config)), handler_(handler),
      watch_(
          loop, [this] { session_ ? on_readable() : on_connect_progress(); },
          [this] { session_ ? flush() : on_connect_progress(); }),
      retry_timer_(loop, [this] { attempt(); }), silence_timer_(loop, [this] { on_silence(); }),
      flush_timer_(loop, [this] { flush(); }) {}

Connection::~Connection() {
    close();
}

void Connection::open() {
    open_ = true;
    attempt();
}

void Connection::close() noexcept {
    open_ = false;
    ++generation_;
    watch_.cancel();
    retry_timer_.cancel();
    silence_timer_.cancel();
    flush_timer_.cancel();
    connector_.reset();
    session_.reset();
    logged_in_ = false;
    callbacks_.clear();
}

void Connection::attempt() {
    try {
        connector_.emplace(config_.address);
        watch_.watch(connector_->fd(), false, true);
        silence_timer_.schedule(config_.connect_timeout);
    } catch (const Error& error) {
        fail(error);
    }
}

void Connection::on_connect_progress() {
    try {
        watch_.cancel();
        if (!connector_->finish()) {
            watch_.watch(connector_->fd(), false, true);
            return;
        }
        session_.emplace(connector_->take(), config_);
        connector_.reset();
        start_session();
    } catch (const Error& error) {
        fail(error);
    }
}

// The answer to a PING tells a server that serves from one that refuses: wrong password, loading,
// too many clients.
void Connection::start_session() {
    append_command(session_->output(), {"PING"});
    callbacks_.emplace_back([this](Reply&& reply) {
        if (reply.is_error())
            throw ReplyError("connect to " + config_.address.text(), reply.text);
        logged_in_ = true;
        backoff_.reset();
        handler_.on_connected();
    });
    restart_silence_timer();
    flush();
}

void Connection::send(std::initializer_list<std::string_view> command, Callback callback) {
    send(std::span{command.begin(), command.size()}, std::move(callback));
}

void Connection::send(std::span<const std::string_view> command, Callback callback) {
    append_command(session_->output(), command);
    sent(std::move(callback));
}

void Connection::sent(Callback callback) {
    if (callbacks_.empty())
        restart_silence_timer();
    callbacks_.push_back(std::move(callback));
    request_flush();
}

void Connection::request_flush() {
    if (!flush_timer_.scheduled())
        flush_timer_.schedule(std::chrono::microseconds{0});
}

void Connection::flush() {
    flush_timer_.cancel();
    if (!session_)
        return;
    try {
        const bool done = session_->flush();
        watch_.watch(session_->stream().fd(), true, !done);
    } catch (const Error& error) {
        fail(error);
    }
}

void Connection::restart_silence_timer() {
    grace_given_ = false;
    silence_timer_.schedule(config_.io_timeout);
}

// A callback that took its time may be the silent one: what was sent is perhaps still with us, or
// the answer unread. So the loop gets some turns before the server is blamed.
void Connection::on_silence() {
    if (session_ && !std::exchange(grace_given_, true)) {
        silence_timer_.schedule(config_.io_timeout / 8);
        return;
    }
    fail(Error(ErrorKind::timeout, config_.address.text(),
               session_ ? "no answer in time" : "cannot connect in time"));
}

void Connection::on_readable() {
    const std::uint64_t generation = generation_;
    try {
        if (!session_->read())
            return;
        while (generation == generation_) {
            auto reply = session_->next();
            if (!reply)
                break;
            if (callbacks_.empty()) {
                if (on_push_)
                    on_push_(std::move(*reply));
                else if (reply->is_error()) // e.g. too many clients: said without being asked
                    throw ReplyError(config_.address.text(), reply->text);
                continue;
            }
            const Callback callback = std::move(callbacks_.front());
            callbacks_.pop_front();
            if (callback)
                callback(std::move(*reply));
        }
        if (generation != generation_)
            return;
        if (callbacks_.empty())
            silence_timer_.cancel();
        else
            restart_silence_timer();
    } catch (const Error& error) {
        if (generation == generation_)
            fail(error);
    }
}

void Connection::fail(const Error& error) {
    if (!open_)
        return;
    close();
    open_ = true;
    const auto delay = backoff_.next();
    retry_timer_.schedule(delay);
    handler_.on_disconnected(error, delay, backoff_.attempts());
}

} // namespace redis
