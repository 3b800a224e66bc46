#pragma once

#include "base/clock.hpp"
#include "base/unique_fd.hpp"
#include "net/address.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace net {

/// What ended a wait.
enum class Ready { readable, writable, both, timed_out, stopped };

/// A connected, non-blocking stream socket, TCP or Unix. TCP sockets send at once (no Nagle),
/// probe an idle peer after 15 s, and give up on one that acknowledges nothing for 30 s.
class Stream {
public:
    /// Connects, trying each of the host's addresses in turn. Blocks until `deadline` at most, or
    /// until `stop_fd` (-1: none) becomes readable. Throws Error(unavailable | timeout |
    /// interrupted).
    static Stream connect(const Address& address, base::Deadline deadline, int stop_fd = -1);

    /// Reads what is there: 0 means nothing yet. Throws Error(unavailable) at the end of the stream
    /// or when the connection broke.
    std::size_t read_some(std::span<char> into);

    /// Writes what fits: 0 means nothing now. Throws Error(unavailable) when the connection broke.
    std::size_t write_some(std::string_view bytes);

    /// Waits until the stream can be read, or written where `for_writing`, until `deadline` or
    /// until `stop_fd` (-1: none) becomes readable.
    [[nodiscard]] Ready wait(bool for_writing, base::Deadline deadline, int stop_fd = -1) const;

    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

private:
    friend class Connector;
    Stream(base::UniqueFd fd, std::string peer) : fd_(std::move(fd)), peer_(std::move(peer)) {}

    base::UniqueFd fd_;
    std::string peer_;
};

/// A connection attempt without blocking, for an event loop: wait until `fd()` is writable, then
/// call `finish`.
class Connector {
public:
    /// Resolves the host (this part blocks) and starts on its first address. Throws
    /// Error(unavailable).
    explicit Connector(Address address);
    ~Connector();
    Connector(Connector&&) noexcept;
    Connector& operator=(Connector&&) noexcept;

    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// True once connected. False: the attempt failed and the next address is being tried on a new
    /// `fd()`. Throws Error(unavailable) when no address is left.
    bool finish();

    /// The connected stream; call once, after `finish` said true.
    [[nodiscard]] Stream take();

private:
    struct Candidate;
    void start_next();

    Address address_;
    std::vector<Candidate> candidates_;
    std::size_t next_ = 0;
    int last_error_ = 0;
    base::UniqueFd fd_;
};

} // namespace net
