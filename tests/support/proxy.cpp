#include "support/proxy.hpp"

#include "support/socket.hpp"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace support {

namespace {

constexpr std::size_t most_pending = 256 * 1024;
constexpr int silence_ms = 50;

/// Reads what is there, at most one buffer; false at the end of the stream.
bool read_some(const base::UniqueFd& fd, std::string& into) {
    char buffer[64 * 1024];
    const auto count = ::recv(fd.get(), buffer, sizeof buffer, 0);
    if (count > 0)
        into.append(buffer, static_cast<std::size_t>(count));
    return count > 0 || (count < 0 && errno == EAGAIN);
}

/// Writes what fits and takes it off `bytes`; false when the connection is broken.
bool write_some(const base::UniqueFd& fd, std::string& bytes) {
    const auto count = ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count > 0)
        bytes.erase(0, static_cast<std::size_t>(count));
    return count >= 0 || errno == EAGAIN;
}

short events_for(bool readable, bool writable) {
    return static_cast<short>((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
}

} // namespace

Proxy::Proxy(const RedisServer& server, Listen listen)
    : server_path_(server.socket_path()),
      listener_(listen == Listen::tcp ? listen_tcp(port_)
                                      : listen_unix(directory_.path() / "proxy.sock")),
      thread_([this] { run(); }) {}

Proxy::~Proxy() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify();
    thread_.join();
}

std::string Proxy::url() const {
    return port_ == 0 ? "unix://" + (directory_.path() / "proxy.sock").string()
                      : "redis://127.0.0.1:" + std::to_string(port_);
}

void Proxy::set(Mode mode) {
    const std::lock_guard lock{mutex_};
    mode_ = mode;
    ++changes_;
    wake_.notify();
}

void Proxy::refuse() {
    set(Mode::refuse);
    cut();
}

void Proxy::answer_with(std::string bytes) {
    const std::lock_guard lock{mutex_};
    replacement_ = std::move(bytes);
    mode_ = Mode::replace;
    wake_.notify();
}

void Proxy::cut() {
    const std::lock_guard lock{mutex_};
    cut_links();
    wake_.notify();
}

void Proxy::swallow_once(std::size_t request_bytes) {
    const std::lock_guard lock{mutex_};
    swallow_from_ = request_bytes_ + request_bytes;
    mode_ = Mode::swallow_once;
    wake_.notify();
}

void Proxy::cut_after(std::size_t request_bytes) {
    const std::lock_guard lock{mutex_};
    cut_at_ = request_bytes_ + request_bytes;
}

std::size_t Proxy::connections() const {
    const std::lock_guard lock{mutex_};
    return connections_;
}

std::size_t Proxy::request_bytes() const {
    const std::lock_guard lock{mutex_};
    return request_bytes_;
}

std::size_t Proxy::reply_bytes() const {
    const std::lock_guard lock{mutex_};
    return reply_bytes_;
}

std::size_t Proxy::swallowed_bytes() const {
    const std::lock_guard lock{mutex_};
    return swallowed_bytes_;
}

void Proxy::run() {
    std::unique_lock lock{mutex_};
    while (!stopping_) {
        const bool moving = mode_ != Mode::stall;
        std::vector<pollfd> watched{{wake_.fd(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
        for (const Link& link : links_) {
            const bool room_out = moving && link.to_server.size() < most_pending;
            const bool room_in = moving && link.to_client.size() < most_pending;
            watched.push_back({moving ? link.client.get() : -1,
                               events_for(room_out, !link.to_client.empty()), 0});
            watched.push_back(
                {moving ? link.server.get() : -1, events_for(room_in, !link.to_server.empty()), 0});
        }
        const auto seen = changes_;
        const bool armed = mode_ == Mode::swallow_once && swallowed_bytes_ > 0;
        lock.unlock();
        const int count = ::poll(watched.data(), watched.size(), armed ? silence_ms : -1);
        lock.lock();
        wake_.clear();
        if (seen != changes_)
            continue;
        std::size_t at = 2;
        for (Link& link : links_) {
            const bool from_client = watched[at].revents != 0;
            const bool from_server = watched[at + 1].revents != 0;
            serve(link, from_client, from_server);
            at += 2;
        }
        if (count == 0 && mode_ == Mode::swallow_once)
            for (Link& link : links_)
                link.broken = link.broken || link.swallowed > 0;
        drop_broken();
        if (watched[1].revents != 0)
            accept();
    }
}

void Proxy::accept() {
    base::UniqueFd client = accept_from(listener_);
    if (!client)
        return;
    ++connections_;
    if (mode_ == Mode::refuse)
        return;
    try {
        links_.push_back({std::move(client), connect_unix(server_path_), {}, {}});
    } catch (const std::runtime_error&) {
        // The server is down; the client finds its connection closed.
    }
}

void Proxy::serve(Link& link, bool from_client, bool from_server) {
    if (from_client)
        take_request(link);
    if (from_server)
        take_reply(link);
    if (!link.to_server.empty() && !write_some(link.server, link.to_server))
        link.broken = true;
    if (!link.to_client.empty() && !write_some(link.client, link.to_client))
        link.broken = true;
    if (request_bytes_ >= cut_at_ && link.to_server.empty()) {
        cut_at_ = SIZE_MAX;
        link.broken = true;
    }
}

void Proxy::take_request(Link& link) {
    std::string bytes;
    if (!read_some(link.client, bytes))
        link.broken = true;
    // The cut falls on the byte that was asked for, whatever one read happens to bring.
    bytes.resize(std::min(bytes.size(), cut_at_ - std::min(cut_at_, request_bytes_)));
    request_bytes_ += bytes.size();
    link.to_server += bytes;
}

void Proxy::take_reply(Link& link) {
    std::string bytes;
    if (!read_some(link.server, bytes))
        link.broken = true;
    if (bytes.empty())
        return;
    if (swallowing()) {
        link.swallowed += bytes.size();
        swallowed_bytes_ += bytes.size();
        return;
    }
    const std::string& passed = mode_ == Mode::replace ? replacement_ : bytes;
    reply_bytes_ += passed.size();
    link.to_client += passed;
}

bool Proxy::swallowing() const {
    return mode_ == Mode::swallow ||
           (mode_ == Mode::swallow_once && request_bytes_ > swallow_from_);
}

void Proxy::drop_broken() {
    const bool swallowed = std::ranges::any_of(
        links_, [](const Link& link) { return link.broken && link.swallowed > 0; });
    if (swallowed && mode_ == Mode::swallow_once)
        mode_ = Mode::relay;
    std::erase_if(links_, [](const Link& link) { return link.broken; });
}

void Proxy::cut_links() {
    const linger at_once{1, 0};
    for (const Link& link : links_)
        setsockopt(link.client.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    links_.clear();
    ++changes_;
}

} // namespace support
