#include "http/connection.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <utility>

namespace http {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds linger_idle{5'000};
constexpr milliseconds linger_total{30'000};
constexpr milliseconds linger_slow{2'000}; // for one that was too slow already
/// How long a connection without a request lives on while the server drains: a request that is on
/// its way is still served.
constexpr milliseconds drain_idle{250};

} // namespace

Connection::Connection(Hub& hub, base::UniqueFd fd, std::string peer)
    : hub_(hub), fd_(std::move(fd)), peer_(std::move(peer)),
      watch_(
          hub.loop, [this] { on_readable(); }, [this] { on_writable(); }),
      parser_(hub.limits) {
    restart_clock(Clock::idle);
    watch_.watch(fd_.get(), true, false);
}

Connection::~Connection() {
    hub_.buffered_bytes -= accounted_;
    if (owed_)
        owed_->connection = nullptr;
}

// --- reading ------------------------------------------------------------------------------------

void Connection::on_readable() {
    const ssize_t count = ::recv(fd_.get(), hub_.input.data(), hub_.input.size(), 0);
    if (count < 0) {
        if (errno != EAGAIN && errno != EINTR)
            close();
        return;
    }
    if (count == 0)
        return on_end_of_input();
    if (phase_ == Phase::lingering) {
        heard_ = base::SteadyClock::now();
        return;
    }
    take({hub_.input.data(), static_cast<std::size_t>(count)});
}

/// The client sends nothing more, but may still read. It gets the answers that it is owed.
void Connection::on_end_of_input() {
    end_of_input_ = true;
    update_watch();
    if (phase_ == Phase::lingering)
        return close();
    if (phase_ == Phase::reading && in_.empty()) {
        phase_ = Phase::closing;
        return flush();
    }
    tell_gone();
}

void Connection::tell_gone() {
    if (const auto owed = owed_)
        owed->gone();
}

/// Serves what the bytes, behind those that waited already, complete.
void Connection::take(std::string_view bytes) {
    std::string waiting;
    if (!in_.empty()) {
        in_.append(bytes);
        waiting.swap(in_);
        bytes = waiting;
    }
    bytes.remove_prefix(consume(bytes));
    // Whatever comes behind the last request of a connection is dropped.
    if (phase_ == Phase::reading || phase_ == Phase::answering || phase_ == Phase::streaming)
        in_.assign(bytes);
    else
        linger_ = linger_ || !bytes.empty();
    flush();
}

std::size_t Connection::consume(std::string_view bytes) {
    std::size_t taken = 0;
    while (phase_ == Phase::reading && taken < bytes.size()) {
        if (unsent() > most_ahead && !write_out())
            break;
        taken += parser_.feed(bytes.substr(taken));
        after_feed();
    }
    return taken;
}

void Connection::after_feed() {
    using Stage = RequestParser::Stage;
    switch (parser_.stage()) {
    case Stage::head:
        if (parser_.busy())
            restart_clock(Clock::head);
        break;
    case Stage::body:
        if (clock_ != Clock::body && parser_.framing().expects_continue)
            output() += "HTTP/1.1 100 Continue\r\n\r\n";
        restart_clock(Clock::body);
        account();
        if (hub_.buffered_bytes > hub_.limits.buffered_bytes)
            refuse(503, "too much to do");
        break;
    case Stage::complete:
        dispatch();
        break;
    case Stage::refused:
        refuse(parser_.refusal().status, parser_.refusal().why);
        break;
    }
}

/// A stage's time counts from its first byte on, however slowly the others come.
void Connection::restart_clock(Clock clock) {
    if (clock_ == clock && clock != Clock::idle)
        return;
    clock_ = clock;
    since_ = base::SteadyClock::now();
}

void Connection::dispatch() {
    const Framing framing = parser_.framing();
    Request request = parser_.take();
    request.peer = peer_;
    delivery_ = {.keep_alive = framing.keep_alive && !hub_.draining &&
                               ++served_ < hub_.limits.requests_a_connection,
                 .http_1_0 = framing.http_1_0};
    linger_ = framing.keep_alive;
    linger_time_ = linger_total;
    head_only_ = request.method == "HEAD";
    asked_ = base::SteadyClock::now();
    if (hub_.log) {
        const auto field = [&](std::string_view name) {
            return std::string{request.headers.find(name).value_or(std::string_view{})};
        };
        exchange_ = std::make_unique<Exchange>(Exchange{.peer = peer_,
                                                        .method = request.method,
                                                        .target = request.target,
                                                        .referer = field("Referer"),
                                                        .user_agent = field("User-Agent"),
                                                        .http_1_0 = framing.http_1_0});
    }
    phase_ = Phase::answering;
    owed_ = std::make_shared<Responder::State>(Responder::State{this, {}, {}});
    handling_ = true;
    hub_.handler(std::move(request), Responder{owed_});
    handling_ = false;
}

/// Answers a request that no handler sees, and ends the connection.
void Connection::refuse(int status, std::string_view why) {
    if (hub_.log)
        exchange_ = std::make_unique<Exchange>(Exchange{
            .peer = peer_, .method = parser_.request().method, .target = parser_.request().target});
    asked_ = since_;
    delivery_ = {.keep_alive = false};
    head_only_ = parser_.request().method == "HEAD";
    linger_ = true;
    linger_time_ = status == 408 ? linger_slow : linger_total;
    Response response{.status = status, .body = std::string{why} + "\n"};
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    if (status == 503)
        response.headers.add("Retry-After", "1");
    phase_ = Phase::answering;
    append_answer(response);
    finish_answer();
}

// --- time ---------------------------------------------------------------------------------------

void Connection::check(base::SteadyClock::time_point now) {
    if (unsent() > 0 && now - moved_ >= hub_.limits.send_time)
        return close();
    if (phase_ == Phase::reading)
        return check_reading(now);
    if (phase_ == Phase::lingering && (now - heard_ >= (hub_.draining ? drain_idle : linger_idle) ||
                                       now - since_ >= linger_time_))
        close();
}

void Connection::check_reading(base::SteadyClock::time_point now) {
    const auto spent = now - since_;
    if (!parser_.busy()) {
        if (in_.empty() && spent >= (hub_.draining ? drain_idle : hub_.limits.idle_time)) {
            phase_ = Phase::closing;
            flush();
        }
        return;
    }
    bool late = false;
    if (parser_.stage() == RequestParser::Stage::head) {
        late = spent >= hub_.limits.header_time;
    } else {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(spent).count();
        const auto least = static_cast<std::size_t>(seconds) * hub_.limits.body_bytes_a_second;
        late = spent >= hub_.limits.body_time ||
               (spent >= hub_.limits.header_time && parser_.held_bytes() < least);
    }
    if (late)
        refuse(408, "the request takes too long");
}

void Connection::drain(base::SteadyClock::time_point now) {
    delivery_.keep_alive = false;
    if (phase_ == Phase::reading && !parser_.busy())
        since_ = now;
}

} // namespace http
