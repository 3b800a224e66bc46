#include "support/socket.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>

namespace support {

namespace {

sockaddr_un unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        throw std::runtime_error("socket path too long: " + path);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

} // namespace

base::UniqueFd listen_unix(const std::string& path) {
    const sockaddr_un address = unix_address(path);
    base::UniqueFd fd{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        listen(fd.get(), 64) != 0)
        fail("listen on " + path);
    return fd;
}

base::UniqueFd connect_unix(const std::string& path) {
    const sockaddr_un address = unix_address(path);
    base::UniqueFd fd{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        fail("connect to " + path);
    fcntl(fd.get(), F_SETFL, O_NONBLOCK);
    return fd;
}

base::UniqueFd listen_tcp(std::uint16_t& port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    base::UniqueFd fd{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(fd.get(), generic, sizeof address) != 0 || listen(fd.get(), 64) != 0 ||
        getsockname(fd.get(), generic, &length) != 0)
        fail("listen on 127.0.0.1");
    port = ntohs(address.sin_port);
    return fd;
}

std::uint16_t free_port() {
    std::uint16_t port = 0;
    const base::UniqueFd listener = listen_tcp(port);
    return port;
}

base::UniqueFd accept_from(const base::UniqueFd& listener) {
    return base::UniqueFd{accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
}

} // namespace support
