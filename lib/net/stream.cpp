#include "net/stream.hpp"

#include "base/error.hpp"
#include "net/socket_options.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace net {

using base::Error;
using base::ErrorKind;

struct Connector::Candidate {
    sockaddr_storage storage{};
    socklen_t length = 0;
};

namespace {

Error cannot_connect(const Address& address, std::string why) {
    return {ErrorKind::unavailable, "connect to " + address.text(), std::move(why),
            "is a server running there?"};
}

short events_for(bool for_writing) {
    return static_cast<short>(POLLIN | (for_writing ? POLLOUT : 0));
}

/// Waits for `events` on `fd`; gives what came, 0 at the deadline, -1 when stopped.
int poll_fd(int fd, short events, base::Deadline deadline, int stop_fd) {
    pollfd watched[2] = {{fd, events, 0}, {stop_fd, POLLIN, 0}};
    while (true) {
        const int count = ::poll(watched, stop_fd < 0 ? 1 : 2, deadline.poll_timeout());
        if (count < 0 && errno != EINTR)
            throw Error(ErrorKind::internal, "poll", base::errno_text(errno));
        if (count > 0)
            return watched[1].revents != 0 && stop_fd >= 0 ? -1 : watched[0].revents;
        if (count == 0 && deadline.passed())
            return 0;
    }
}

} // namespace

Connector::Connector(Address address) : address_(std::move(address)) {
    if (!address_.unix_path.empty()) {
        sockaddr_un local{};
        local.sun_family = AF_UNIX;
        if (address_.unix_path.size() >= sizeof local.sun_path)
            throw Error(ErrorKind::usage, "socket path \"" + address_.unix_path + "\"",
                        "longer than 107 bytes");
        std::memcpy(local.sun_path, address_.unix_path.c_str(), address_.unix_path.size() + 1);
        Candidate candidate;
        std::memcpy(&candidate.storage, &local, sizeof local);
        candidate.length = sizeof local;
        candidates_.push_back(candidate);
    } else {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        hints.ai_flags = AI_ADDRCONFIG;
        addrinfo* found = nullptr;
        const int error = getaddrinfo(address_.host.c_str(), std::to_string(address_.port).c_str(),
                                      &hints, &found);
        if (error != 0)
            throw cannot_connect(address_, gai_strerror(error));
        const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{found, freeaddrinfo};
        for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
            Candidate candidate;
            std::memcpy(&candidate.storage, at->ai_addr, at->ai_addrlen);
            candidate.length = at->ai_addrlen;
            candidates_.push_back(candidate);
        }
    }
    start_next();
}

Connector::~Connector() = default;
Connector::Connector(Connector&&) noexcept = default;
Connector& Connector::operator=(Connector&&) noexcept = default;

void Connector::start_next() {
    while (next_ < candidates_.size()) {
        const Candidate& candidate = candidates_[next_++];
        const int family = candidate.storage.ss_family;
        fd_.reset(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (!fd_) {
            last_error_ = errno;
            continue;
        }
        if (family != AF_UNIX)
            tune_tcp(fd_.get());
        if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&candidate.storage),
                      candidate.length) == 0 ||
            errno == EINPROGRESS)
            return;
        last_error_ = errno;
    }
    throw cannot_connect(address_, base::errno_text(last_error_));
}

bool Connector::finish() {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &length);
    if (error == 0)
        return true;
    last_error_ = error;
    start_next();
    return false;
}

Stream Connector::take() {
    return Stream{std::move(fd_), address_.text()};
}

Stream Stream::connect(const Address& address, base::Deadline deadline, int stop_fd) {
    Connector connector{address};
    while (true) {
        const int ready = poll_fd(connector.fd(), POLLOUT, deadline, stop_fd);
        if (ready < 0)
            throw Error(ErrorKind::interrupted, "connect to " + address.text(), "interrupted");
        if (ready == 0)
            throw Error(ErrorKind::timeout, "connect to " + address.text(), "no answer in time",
                        "--connect-timeout allows more");
        if (connector.finish())
            return connector.take();
    }
}

std::size_t Stream::read_some(std::span<char> into) {
    while (true) {
        const ssize_t count = ::recv(fd_.get(), into.data(), into.size(), 0);
        if (count > 0)
            return static_cast<std::size_t>(count);
        if (count == 0)
            throw Error(ErrorKind::unavailable, peer_, "the server closed the connection");
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return 0;
        if (errno != EINTR)
            throw Error(ErrorKind::unavailable, peer_, base::errno_text(errno));
    }
}

std::size_t Stream::write_some(std::string_view bytes) {
    while (true) {
        const ssize_t count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count >= 0)
            return static_cast<std::size_t>(count);
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return 0;
        if (errno != EINTR)
            throw Error(ErrorKind::unavailable, peer_, base::errno_text(errno));
    }
}

Ready Stream::wait(bool for_writing, base::Deadline deadline, int stop_fd) const {
    const int events = poll_fd(fd_.get(), events_for(for_writing), deadline, stop_fd);
    if (events < 0)
        return Ready::stopped;
    if (events == 0)
        return Ready::timed_out;
    const bool readable = (events & (POLLIN | POLLHUP | POLLERR)) != 0;
    const bool writable = (events & POLLOUT) != 0;
    return readable && writable ? Ready::both : writable ? Ready::writable : Ready::readable;
}

} // namespace net
