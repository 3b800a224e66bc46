#pragma once

#include "base/unique_fd.hpp"
#include "net/address.hpp"

#include <optional>
#include <string>

namespace net {

/// A connection that a listener took: non-blocking, with the options of net::Stream.
struct Accepted {
    base::UniqueFd fd;
    std::string peer;      // its IP address, "unix", or "uid 1000" for one who may not be here
    bool loopback = false; // from this machine: loopback or a Unix socket
};

/// A listening, non-blocking socket. A Unix socket is made with mode 0660 and removed at the end;
/// it is for its owner, root and the group of its file, whatever has become of that mode.
class Listener {
public:
    /// Port 0 takes a free one. Of a name's addresses the first IPv4 one is taken, if there is one,
    /// since that is where clients of "localhost" look. The file of a
    /// Unix socket that nobody listens on any more is replaced. Throws Error(unavailable) when the
    /// address is taken or not ours, Error(no_permission), Error(config) when it is none.
    explicit Listener(const Address& address);
    ~Listener();
    Listener(Listener&&) noexcept;
    Listener& operator=(Listener&&) = delete;
    Listener(const Listener&) = delete;

    /// What was bound, with the real port.
    [[nodiscard]] const Address& address() const noexcept { return address_; }
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// The next waiting connection. Nothing: none waits (errno is EAGAIN), or errno says why.
    std::optional<Accepted> accept();

private:
    [[nodiscard]] std::string local_peer(int fd) const;
    void bind_unix();
    void bind_tcp();

    Address address_;
    base::UniqueFd fd_;
};

/// Tells whether a host of Address can be reached from this machine only.
[[nodiscard]] bool is_loopback(const Address& address);

} // namespace net
