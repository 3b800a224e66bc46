#include "support/raw_server.hpp"

#include "support/socket.hpp"

#include <cerrno>
#include <poll.h>
#include <sys/socket.h>

namespace support {

RawServer::RawServer(std::string bytes, AfterAnswer after)
    : listener_(listen_unix(socket_path())), bytes_(std::move(bytes)), after_(after),
      thread_([this] { run(); }) {}

RawServer::~RawServer() {
    stopping_ = true;
    wake_.notify();
    thread_.join();
}

void RawServer::run() {
    while (!stopping_) {
        std::vector<pollfd> watched{{wake_.fd(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
        for (const Peer& peer : peers_)
            watched.push_back(
                {peer.fd.get(), static_cast<short>(peer.pending.empty() ? POLLIN : POLLOUT), 0});
        ::poll(watched.data(), watched.size(), -1);
        for (std::size_t i = peers_.size(); i-- > 0;)
            if (watched[i + 2].revents != 0 && !serve(peers_[i]))
                peers_.erase(peers_.begin() + static_cast<std::ptrdiff_t>(i));
        if (base::UniqueFd fd = accept_from(listener_)) {
            ++connections_;
            peers_.push_back({std::move(fd), {}});
        }
    }
}

bool RawServer::serve(Peer& peer) {
    if (peer.pending.empty()) {
        char buffer[16 * 1024];
        const auto count = ::recv(peer.fd.get(), buffer, sizeof buffer, 0);
        if (count == 0 || (count < 0 && errno != EAGAIN))
            return false;
        if (count > 0)
            peer.pending = bytes_;
    }
    if (peer.pending.empty())
        return true;
    const auto count =
        ::send(peer.fd.get(), peer.pending.data(), peer.pending.size(), MSG_NOSIGNAL);
    if (count < 0)
        return errno == EAGAIN;
    peer.pending.erase(0, static_cast<std::size_t>(count));
    return !peer.pending.empty() || after_ == AfterAnswer::stay;
}

} // namespace support
