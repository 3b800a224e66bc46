#include "net/listener.hpp"

#include "base/error.hpp"
#include "net/peer_credentials.hpp"
#include "net/socket_options.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace net {

using base::Error;
using base::ErrorKind;

namespace {

using Resolved = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

/// How many connections may wait for accept; the kernel lowers it to its own limit.
constexpr int backlog = 4096;

[[noreturn]] void fail(const Address& address, int error) {
    const bool refused = error == EACCES || error == EPERM;
    throw Error(refused ? ErrorKind::no_permission : ErrorKind::unavailable,
                "listen on " + address.text(), base::errno_text(error),
                error == EADDRINUSE ? "does it run already?" : "");
}

Resolved resolve(const Address& address) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(address.port);
    const int error = getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found);
    if (error != 0)
        throw Error(ErrorKind::config, "listen on " + address.text(), gai_strerror(error));
    return {found, freeaddrinfo};
}

const addrinfo& preferred(const Resolved& found) {
    for (const addrinfo* at = found.get(); at != nullptr; at = at->ai_next)
        if (at->ai_family == AF_INET)
            return *at;
    return *found;
}

bool is_loopback(const sockaddr* address) {
    if (address->sa_family == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
        return (ntohl(v4->sin_addr.s_addr) >> 24) == 127;
    }
    if (address->sa_family != AF_INET6)
        return address->sa_family == AF_UNIX;
    const in6_addr& v6 = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

std::string ip_text(const sockaddr_storage& storage) {
    char text[INET6_ADDRSTRLEN] = "";
    if (storage.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
        inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    } else {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
        inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    }
    // A client of the old protocol on a socket for both.
    const std::string_view whole{text};
    return std::string{whole.starts_with("::ffff:") ? whole.substr(7) : whole};
}

std::uint16_t bound_port(int fd) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length);
    return ntohs(storage.ss_family == AF_INET
                     ? reinterpret_cast<const sockaddr_in&>(storage).sin_port
                     : reinterpret_cast<const sockaddr_in6&>(storage).sin6_port);
}

} // namespace

Listener::Listener(const Address& address) : address_(address) {
    address_.unix_path.empty() ? bind_tcp() : bind_unix();
    if (::listen(fd_.get(), backlog) != 0)
        fail(address_, errno);
}

Listener::~Listener() {
    if (fd_ && !address_.unix_path.empty())
        ::unlink(address_.unix_path.c_str());
}

Listener::Listener(Listener&&) noexcept = default;

void Listener::bind_tcp() {
    const Resolved found = resolve(address_);
    const addrinfo& chosen = preferred(found);
    fd_.reset(socket(chosen.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd_)
        fail(address_, errno);
    // A restart must not wait for the old connections to be forgotten.
    const int yes = 1;
    setsockopt(fd_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    tune_tcp(fd_.get());
    if (::bind(fd_.get(), chosen.ai_addr, chosen.ai_addrlen) != 0)
        fail(address_, errno);
    address_.port = bound_port(fd_.get());
}

void Listener::bind_unix() {
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    const std::string& path = address_.unix_path;
    if (path.size() >= sizeof local.sun_path)
        throw Error(ErrorKind::config, "listen on " + path, "the path is longer than 107 bytes");
    std::memcpy(local.sun_path, path.c_str(), path.size() + 1);
    const auto* generic = reinterpret_cast<const sockaddr*>(&local);
    const auto make = [] {
        return base::UniqueFd{socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    };
    if (const base::UniqueFd probe = make();
        ::connect(probe.get(), generic, sizeof local) != 0 && errno == ECONNREFUSED) {
        struct stat left {};
        if (::lstat(path.c_str(), &left) == 0 && S_ISSOCK(left.st_mode))
            ::unlink(path.c_str());
    }
    base::UniqueFd fd = make();
    // Nobody may connect between the two calls, so the mode is set on the way.
    const mode_t mask = ::umask(0117);
    const int error = ::bind(fd.get(), generic, sizeof local) == 0 ? 0 : errno;
    ::umask(mask);
    if (error != 0)
        fail(address_, error);
    fd_ = std::move(fd);
}

std::optional<Accepted> Listener::accept() {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    auto* const generic = reinterpret_cast<sockaddr*>(&storage);
    int fd = -1;
    do
        fd = ::accept4(fd_.get(), generic, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
    if (fd < 0)
        return std::nullopt;
    const bool local = !address_.unix_path.empty();
    return Accepted{base::UniqueFd{fd}, local ? local_peer(fd) : ip_text(storage),
                    local || is_loopback(generic)};
}

std::string Listener::local_peer(int fd) const {
    const auto peer = peer_credentials(fd);
    if (!peer)
        return "uid unknown";
    struct stat file {};
    const bool there = ::stat(address_.unix_path.c_str(), &file) == 0;
    const auto group = there ? std::optional{file.st_gid} : std::nullopt;
    return may_use(*peer, ::geteuid(), group) ? "unix" : "uid " + std::to_string(peer->uid);
}

bool is_loopback(const Address& address) {
    return !address.unix_path.empty() || is_loopback(preferred(resolve(address)).ai_addr);
}

} // namespace net
