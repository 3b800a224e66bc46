#pragma once

#include "base/clock.hpp"
#include "base/unique_fd.hpp"
#include "http/request_parser.hpp"
#include "http/response_head.hpp"
#include "http/server.hpp"
#include "loop/fd_watch.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace http {

class Connection;

/// What the connections of one server share.
struct Hub {
    loop::EventLoop& loop;
    const Limits limits;
    const Server::Handler handler;
    Server::Log log;
    std::function<void(Connection&)> on_closed; // its end; destroy it later, from the loop
    bool draining = false;
    std::size_t buffered_bytes = 0;
    std::array<char, 64 * 1024> input{}; // read into by one connection at a time
};

struct Responder::State {
    Connection* connection; // nullptr: complete, or nobody is there any more
    std::function<void()> on_gone;
    std::function<void()> on_drained;

    /// Tells the handler, once.
    void gone();
};

/// One client: reads its requests, one after the other, and writes their answers.
class Connection {
public:
    Connection(Hub& hub, base::UniqueFd fd, std::string peer);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // The answer to the current request; see Responder.
    void send(const Response& response);
    void start(int status, const Headers& headers);
    bool write(std::string_view piece);
    void end();
    void abandon(); // 500, or the end of the connection when the answer has begun
    [[nodiscard]] std::size_t unsent() const noexcept { return out_.size() - sent_; }

    /// Ends what has taken too long; to be called every now and then.
    void check(base::SteadyClock::time_point now);
    /// From now on it ends as soon as it is idle for a moment.
    void drain(base::SteadyClock::time_point now);
    /// Tells the handler of an unfinished answer that nobody waits for it. From the loop only.
    void tell_gone();

    [[nodiscard]] const std::string& peer() const noexcept { return peer_; }

    std::list<Connection>::iterator self; // in the server's list

private:
    enum class Phase {
        reading,   // a request, or waiting for one
        answering, // the handler has it
        streaming, // the handler has begun a body of unknown length
        closing,   // what is left to write is being written
        lingering, // written; reads and drops, so that the client can read our answer first
        closed,
    };

    /// What since_ is the beginning of, while reading.
    enum class Clock { idle, head, body };

    /// How much a client may send ahead of our answers, and how much of them may wait for it.
    static constexpr std::size_t most_ahead = 64 * 1024;

    void on_readable();
    void on_end_of_input();
    void take(std::string_view bytes);
    std::size_t consume(std::string_view bytes);
    void after_feed();
    void dispatch();
    void refuse(int status, std::string_view why);
    void finish_answer();
    void append_answer(const Response& response);

    void on_writable();
    void flush();
    bool write_out();
    void finish_close();
    void close();
    void update_watch();
    void account() noexcept;
    void check_reading(base::SteadyClock::time_point now);
    void restart_clock(Clock clock);
    std::string& output();

    Hub& hub_;
    base::UniqueFd fd_;
    std::string peer_;
    loop::FdWatch watch_;
    RequestParser parser_;
    std::shared_ptr<Responder::State> owed_;
    std::unique_ptr<Exchange> exchange_; // only where somebody wants to know

    std::string in_;  // bytes behind the current request
    std::string out_; // to be written, from sent_ on
    std::size_t sent_ = 0;
    std::size_t accounted_ = 0; // of hub_.buffered_bytes
    std::size_t served_ = 0;

    Phase phase_ = Phase::reading;
    Delivery delivery_; // of the current answer
    bool head_only_ = false;
    bool linger_ = false; // the client may still be sending when we have closed
    std::chrono::milliseconds linger_time_{};
    bool end_of_input_ = false;
    bool handling_ = false; // inside the handler
    Clock clock_ = Clock::idle;

    base::SteadyClock::time_point since_; // when what clock_ says, or lingering, began
    base::SteadyClock::time_point heard_; // the last bytes of a lingering client
    base::SteadyClock::time_point moved_; // when the client last took bytes of ours
    base::SteadyClock::time_point asked_; // when the current request was complete
};

} // namespace http
