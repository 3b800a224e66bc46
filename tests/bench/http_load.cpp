#include "bench/http_load.hpp"

#include "base/unique_fd.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <memory>
#include <netinet/tcp.h>
#include <stdexcept>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace bench {

namespace {

using Clock = std::chrono::steady_clock;

base::UniqueFd connect_to(std::uint16_t port) {
    base::UniqueFd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect to port " + std::to_string(port));
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

/// One connection; requests are so small that a write takes them at once.
class Peer {
public:
    explicit Peer(std::uint16_t port) : fd_(connect_to(port)) {}

    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    void send(const std::string& request) {
        if (::send(fd_.get(), request.data(), request.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(request.size()))
            throw std::runtime_error("the server does not take a request");
        sent_ = Clock::now();
        input_.clear();
    }

    /// Reads some; true when the answer is complete.
    bool read() {
        char buffer[65536];
        const auto count = ::recv(fd_.get(), buffer, sizeof buffer, 0);
        if (count <= 0)
            throw std::runtime_error("the server has closed a connection");
        input_.append(buffer, static_cast<std::size_t>(count));
        const auto head = input_.find("\r\n\r\n");
        return head != std::string::npos && complete(head + 4);
    }

    [[nodiscard]] std::string body() const { return input_.substr(input_.find("\r\n\r\n") + 4); }
    [[nodiscard]] bool ok() const { return input_.compare(9, 1, "2") == 0; }
    [[nodiscard]] double waited_us() const {
        return std::chrono::duration<double, std::micro>(Clock::now() - sent_).count();
    }

private:
    [[nodiscard]] bool complete(std::size_t head_size) const {
        for (std::size_t at = input_.find("\r\n"); at + 4 < head_size;
             at = input_.find("\r\n", at + 2)) {
            const char* const line = input_.c_str() + at + 2;
            if (::strncasecmp(line, "content-length:", 15) == 0)
                return input_.size() >= head_size + std::strtoul(line + 15, nullptr, 10);
        }
        return input_.ends_with("\r\n0\r\n\r\n"); // in chunks
    }

    base::UniqueFd fd_;
    std::string input_;
    Clock::time_point sent_;
};

} // namespace

std::string post(std::string_view target, std::string_view body) {
    return "POST " + std::string{target} +
           " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

Load load(std::uint16_t port, std::size_t connections, std::chrono::milliseconds time,
          const std::function<std::string(std::size_t n)>& request) {
    const base::UniqueFd poll{::epoll_create1(EPOLL_CLOEXEC)};
    std::vector<std::unique_ptr<Peer>> peers;
    std::size_t sent = 0;
    Load result;
    std::vector<double> waits;
    const auto start = Clock::now();
    for (std::size_t i = 0; i < connections; ++i) {
        peers.push_back(std::make_unique<Peer>(port));
        epoll_event event{.events = EPOLLIN, .data = {.ptr = peers.back().get()}};
        ::epoll_ctl(poll.get(), EPOLL_CTL_ADD, peers.back()->fd(), &event);
        peers.back()->send(request(sent++));
    }
    while (Clock::now() - start < time) {
        epoll_event events[64];
        const int count = ::epoll_wait(poll.get(), events, 64, 1000);
        for (int i = 0; i < count; ++i) {
            auto& peer = *static_cast<Peer*>(events[i].data.ptr);
            if (!peer.read())
                continue;
            waits.push_back(peer.waited_us());
            result.failed += peer.ok() ? 0 : 1;
            peer.send(request(sent++));
        }
    }
    const std::chrono::duration<double> elapsed = Clock::now() - start;
    result.per_second = static_cast<double>(waits.size()) / elapsed.count();
    if (!waits.empty()) {
        const auto at = waits.begin() + static_cast<std::ptrdiff_t>(waits.size() * 99 / 100);
        std::nth_element(waits.begin(), at, waits.end());
        result.p99_us = *at;
    }
    return result;
}

std::string ask(std::uint16_t port, const std::string& request) {
    Peer peer{port};
    peer.send(request);
    while (!peer.read()) {
    }
    if (!peer.ok())
        throw std::runtime_error("the server answers: " + peer.body());
    return peer.body();
}

} // namespace bench
