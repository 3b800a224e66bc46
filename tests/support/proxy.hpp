#pragma once

#include "support/redis_server.hpp"
#include "support/wake.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace support {

/// Stands between a client and a real server and makes the connection fail in the ways that
/// networks do. What it changes counts for open connections as well as for new ones.
class Proxy {
public:
    explicit Proxy(const RedisServer& server, Listen listen = Listen::unix_socket);
    ~Proxy();
    Proxy(const Proxy&) = delete;
    Proxy& operator=(const Proxy&) = delete;

    /// Where clients connect: unix:///… or redis://127.0.0.1:PORT.
    [[nodiscard]] std::string url() const;

    /// Passes everything on, as in the beginning.
    void relay() { set(Mode::relay); }
    /// Passes nothing on: the peer seems to hang.
    void stall() { set(Mode::stall); }
    /// Requests reach the server, its answers reach nobody.
    void swallow_replies() { set(Mode::swallow); }
    /// Closes new connections at once; open ones are cut.
    void refuse();
    /// Every answer is replaced by these bytes.
    void answer_with(std::string bytes);
    /// Breaks all open connections (a reset, on TCP) before it returns.
    void cut();
    /// Swallows the answers to what is requested after `request_bytes` more bytes, breaks that
    /// connection once both sides are silent, and then relays again: the server did the work, and
    /// the client does not know.
    void swallow_once(std::size_t request_bytes = 0);
    /// Breaks the connections as soon as `request_bytes` more bytes have gone to the server.
    void cut_after(std::size_t request_bytes);

    [[nodiscard]] std::size_t connections() const; // since the beginning
    [[nodiscard]] std::size_t request_bytes() const;
    [[nodiscard]] std::size_t reply_bytes() const; // passed on to clients
    [[nodiscard]] std::size_t swallowed_bytes() const;

private:
    enum class Mode : std::uint8_t { relay, stall, swallow, swallow_once, refuse, replace };
    struct Link {
        base::UniqueFd client;
        base::UniqueFd server;
        std::string to_server;
        std::string to_client;
        std::size_t swallowed = 0;
        bool broken = false;
    };

    void set(Mode mode);
    void run();
    void accept();
    void serve(Link& link, bool from_client, bool from_server);
    void take_request(Link& link);
    void take_reply(Link& link);
    void drop_broken();
    void cut_links();
    [[nodiscard]] bool swallowing() const;

    std::string server_path_;
    TempDirectory directory_;
    std::uint16_t port_ = 0;
    base::UniqueFd listener_;
    Wake wake_;

    mutable std::mutex mutex_; // guards what follows; the thread lets go of it only to poll
    std::list<Link> links_;
    std::uint64_t changes_ = 0; // of links_ by others than the thread
    Mode mode_ = Mode::relay;
    std::string replacement_;
    std::size_t swallow_from_ = 0;
    std::size_t cut_at_ = SIZE_MAX;
    std::size_t connections_ = 0;
    std::size_t request_bytes_ = 0;
    std::size_t reply_bytes_ = 0;
    std::size_t swallowed_bytes_ = 0;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace support
