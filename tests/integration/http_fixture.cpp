#include "http_fixture.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>

using support::eventually;

namespace {

base::UniqueFd connect_to(const net::Address& address) {
    if (!address.unix_path.empty())
        return support::connect_unix(address.unix_path);
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(address.port);
    inet_pton(AF_INET, address.host.c_str(), &in.sin_addr);
    base::UniqueFd fd{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&in), sizeof in) != 0)
        throw std::runtime_error("cannot connect to " + address.text());
    fcntl(fd.get(), F_SETFL, O_NONBLOCK);
    return fd;
}

} // namespace

RawClient::RawClient(const net::Address& address) : fd_(connect_to(address)) {}

std::size_t RawClient::send_some(std::string_view bytes) {
    const ssize_t count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

bool RawClient::send(std::string_view bytes) {
    return eventually(10s, [&] {
        bytes.remove_prefix(send_some(bytes));
        return bytes.empty();
    });
}

void RawClient::stop_sending() {
    ::shutdown(fd_.get(), SHUT_WR);
}

RawClient::Read RawClient::read_some() {
    char buffer[65536];
    const ssize_t count = ::recv(fd_.get(), buffer, sizeof buffer, 0);
    if (count == 0)
        return Read::end;
    if (count < 0)
        return errno == EAGAIN ? Read::nothing : Read::reset;
    received_.append(buffer, static_cast<std::size_t>(count));
    return Read::some;
}

bool RawClient::read_until(std::string_view text) {
    Read last = Read::nothing;
    eventually(10s, [&] {
        while (received_.find(text) == std::string::npos && (last = read_some()) == Read::some) {
        }
        return received_.find(text) != std::string::npos || last >= Read::end;
    });
    return received_.find(text) != std::string::npos;
}

bool RawClient::read_to_end() {
    Read last = Read::nothing;
    eventually(10s, [&] {
        while ((last = read_some()) == Read::some) {
        }
        return last != Read::nothing;
    });
    return last == Read::end;
}

bool RawClient::skip(std::size_t count) {
    return eventually(10s, [&] {
        char buffer[65536];
        ssize_t taken = 1;
        while (count > 0 && taken > 0) {
            taken = ::recv(fd_.get(), buffer, std::min(count, sizeof buffer), MSG_DONTWAIT);
            count -= taken > 0 ? static_cast<std::size_t>(taken) : 0;
        }
        return count == 0;
    });
}

std::size_t RawClient::count(std::string_view text) const {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = received_.find(text, at)) != std::string::npos; ++at)
        ++found;
    return found;
}

std::string first_line(const net::Address& address, std::string_view bytes) {
    RawClient client{address};
    client.send(bytes);
    client.read_until("\r\n");
    return client.received().substr(0, client.received().find("\r\n"));
}
