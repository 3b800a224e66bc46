#pragma once

#include "base/unique_fd.hpp"
#include "http/server.hpp"
#include "loop/event_loop.hpp"
#include "loop/mailbox.hpp"
#include "support/eventually.hpp"
#include "support/socket.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

using namespace std::chrono_literals;

/// A server on a loop and thread of its own. The handler runs on that thread.
class ServerThread {
public:
    explicit ServerThread(http::Server::Handler handler, http::Limits limits = {},
                          net::Address address = {.host = "127.0.0.1"})
        : server_(std::make_unique<http::Server>(loop_, limits, std::move(handler))),
          address_(server_->listen(address)), thread_([this] { loop_.run(); }) {}

    ~ServerThread() {
        on_loop([this] { loop_.stop(); });
        thread_.join();
    }

    /// Runs it on the loop and waits for its end.
    void on_loop(const std::function<void()>& task) {
        std::promise<void> done;
        mailbox_.post([&] {
            task();
            done.set_value();
        });
        done.get_future().wait();
    }

    http::Server& server() { return *server_; } // inside on_loop
    [[nodiscard]] const net::Address& address() const { return address_; }
    std::size_t connections() {
        std::size_t count = 0;
        on_loop([&] { count = server_->connections(); });
        return count;
    }

private:
    loop::EventLoop loop_;
    loop::Mailbox mailbox_{loop_};
    std::unique_ptr<http::Server> server_;
    net::Address address_;
    std::thread thread_;
};

/// A client that writes bytes as it is told.
class RawClient {
public:
    explicit RawClient(const net::Address& address);

    /// What the socket takes of it, at once.
    std::size_t send_some(std::string_view bytes);
    /// All of it; false when the server does not take it in 10 s.
    bool send(std::string_view bytes);
    void stop_sending();
    /// Reads until all that came holds `text`; false when the end of the stream or 10 s come first.
    bool read_until(std::string_view text);
    /// Reads until the server closes; false when it does not in 10 s, or resets the connection.
    bool read_to_end();

    /// Reads so many bytes, not one more, and drops them; false when 10 s come first.
    bool skip(std::size_t count);

    /// Drops what has come.
    void forget() { received_.clear(); }
    [[nodiscard]] const std::string& received() const { return received_; }
    /// How many answers with that status line have come.
    [[nodiscard]] std::size_t count(std::string_view text) const;

private:
    enum class Read { some, nothing, end, reset };
    Read read_some();

    base::UniqueFd fd_;
    std::string received_;
};

/// The first line of the answer to these bytes.
std::string first_line(const net::Address& address, std::string_view bytes);
