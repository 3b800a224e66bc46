#include "http/connection.hpp"

#include <cerrno>
#include <charconv>
#include <sys/socket.h>
#include <utility>

namespace http {

namespace {

/// What a reader of a stream may leave unread.
constexpr std::size_t most_unread = 1024 * 1024;
/// A buffer that has held more gives its memory back.
constexpr std::size_t most_kept = 16 * 1024;

bool has_no_body(int status) noexcept {
    return status < 200 || status == 204 || status == 304;
}

} // namespace

/// Where to append what is to be sent.
std::string& Connection::output() {
    if (out_.empty())
        moved_ = base::SteadyClock::now();
    return out_;
}

// --- answers ------------------------------------------------------------------------------------

void Connection::append_answer(const Response& response) {
    std::string& out = output();
    delivery_.body = has_no_body(response.status) ? Delivery::Body::none : Delivery::Body::sized;
    delivery_.length = response.body.size();
    append_head(out, response.status, response.headers, delivery_);
    const bool with_body = !head_only_ && delivery_.body == Delivery::Body::sized;
    if (with_body)
        out += response.body;
    if (exchange_) {
        exchange_->status = response.status;
        exchange_->body_bytes = with_body ? response.body.size() : 0;
    }
}

void Connection::send(const Response& response) {
    if (phase_ != Phase::answering)
        return;
    append_answer(response);
    finish_answer();
}

void Connection::start(int status, const Headers& headers) {
    if (phase_ != Phase::answering)
        return;
    using Body = Delivery::Body;
    delivery_.body = has_no_body(status)  ? Body::none
                     : delivery_.http_1_0 ? Body::until_closed
                                          : Body::chunked;
    if (delivery_.body == Body::until_closed)
        delivery_.keep_alive = false;
    append_head(output(), status, headers, delivery_);
    if (exchange_)
        exchange_->status = status;
    phase_ = Phase::streaming;
    if (head_only_ || delivery_.body == Body::none)
        finish_answer(); // nothing follows, whatever the handler has to say
    else if (!handling_)
        flush();
}

bool Connection::write(std::string_view piece) {
    if (phase_ != Phase::streaming)
        return false;
    if (piece.empty())
        return true;
    std::string& out = output();
    if (delivery_.body == Delivery::Body::chunked) {
        char size[16];
        const auto [end, error] = std::to_chars(size, size + sizeof size, piece.size(), 16);
        out.append(size, end).append("\r\n").append(piece).append("\r\n");
    } else {
        out += piece;
    }
    if (exchange_)
        exchange_->body_bytes += piece.size();
    // Inside the handler nobody else can close the connection, so writing now is safe there, too.
    write_out();
    if (unsent() > most_unread)
        close();
    update_watch();
    account();
    return phase_ == Phase::streaming;
}

void Connection::end() {
    if (phase_ != Phase::streaming)
        return;
    if (delivery_.body == Delivery::Body::chunked)
        output() += "0\r\n\r\n";
    finish_answer();
}

void Connection::abandon() {
    if (phase_ == Phase::streaming)
        return close(); // the client must not take the part for the whole
    send({.status = 500, .headers = {}, .body = "internal error\n"});
}

/// The answer is complete; goes on with the next request, or ends.
void Connection::finish_answer() {
    if (const auto owed = std::exchange(owed_, nullptr)) {
        owed->connection = nullptr;
        owed->on_gone = nullptr;
        owed->on_drained = nullptr;
    }
    if (const auto exchange = std::exchange(exchange_, nullptr)) {
        exchange->took = std::chrono::duration_cast<std::chrono::microseconds>(
            base::SteadyClock::now() - asked_);
        hub_.log(*exchange);
    }
    phase_ = delivery_.keep_alive ? Phase::reading : Phase::closing;
    clock_ = Clock::idle;
    since_ = base::SteadyClock::now();
    if (handling_ || phase_ == Phase::closing) {
        linger_ = linger_ || !in_.empty();
        if (!handling_)
            flush();
        return;
    }
    // The answer came later than the handler returned: what waited meanwhile is next.
    take({});
}

// --- writing ------------------------------------------------------------------------------------

/// Writes what the socket takes; false when something is left or the connection has ended.
bool Connection::write_out() {
    while (unsent() > 0) {
        const ssize_t count = ::send(fd_.get(), out_.data() + sent_, unsent(), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            if (errno != EAGAIN)
                close();
            else if (sent_ > most_kept && sent_ >= unsent()) // else it would only grow
                out_.erase(0, std::exchange(sent_, 0));
            return false;
        }
        sent_ += static_cast<std::size_t>(count);
        moved_ = base::SteadyClock::now();
    }
    sent_ = 0;
    out_.clear();
    if (out_.capacity() > most_kept)
        out_.shrink_to_fit();
    return true;
}

void Connection::on_writable() {
    flush();
    if (phase_ != Phase::streaming || unsent() > 0)
        return;
    if (const auto callback = owed_->on_drained) // a copy: it may end the answer, and itself
        callback();
}

void Connection::flush() {
    if (phase_ == Phase::closed || phase_ == Phase::lingering)
        return;
    const bool empty = write_out();
    if (phase_ == Phase::closed)
        return;
    if (empty && phase_ == Phase::closing)
        return finish_close();
    if (phase_ == Phase::reading && end_of_input_ && in_.empty()) {
        phase_ = Phase::closing;
        return empty ? finish_close() : update_watch();
    }
    update_watch();
    account();
    // Requests that waited for room for their answers.
    if (empty && phase_ == Phase::reading && !in_.empty())
        take({});
}

void Connection::finish_close() {
    if (!linger_ || end_of_input_)
        return close();
    // Closing with bytes of the client unread would reset the connection, and the client could lose
    // the answer before it has seen it.
    ::shutdown(fd_.get(), SHUT_WR);
    phase_ = Phase::lingering;
    in_ = {};
    since_ = heard_ = base::SteadyClock::now();
    update_watch();
}

void Connection::close() {
    if (phase_ == Phase::closed)
        return;
    phase_ = Phase::closed;
    watch_.cancel();
    fd_.reset();
    out_.clear();
    sent_ = 0;
    if (owed_)
        owed_->connection = nullptr;
    hub_.on_closed(*this);
}

void Connection::update_watch() {
    if (phase_ == Phase::closed)
        return;
    const bool room = in_.size() < most_ahead;
    watch_.watch(fd_.get(), !end_of_input_ && room, unsent() > 0);
}

void Connection::account() noexcept {
    const std::size_t held = parser_.held_bytes() + in_.capacity() + out_.capacity();
    hub_.buffered_bytes += held - accounted_;
    accounted_ = held;
}

} // namespace http
