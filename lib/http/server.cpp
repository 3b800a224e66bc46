#include "http/server.hpp"

#include "base/clock.hpp"
#include "base/file_limit.hpp"
#include "http/connection.hpp"
#include "loop/event_loop.hpp"
#include "loop/timer.hpp"
#include "net/listener.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <list>
#include <span>
#include <sys/socket.h>
#include <unordered_map>
#include <utility>

namespace http {

namespace {

using namespace std::chrono_literals;

constexpr int accepts_a_turn = 64;      // then the others get their turn
constexpr std::size_t other_files = 64; // that a program has open besides connections
constexpr std::string_view busy_answer = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"
                                         "Content-Length: 0\r\nConnection: close\r\n\r\n";

/// How often connections are looked at; a time limit is kept to about an eighth of it.
std::chrono::milliseconds check_interval(const Limits& limits) {
    const auto shortest =
        std::min({limits.header_time, limits.body_time, limits.idle_time, limits.send_time});
    return std::clamp<std::chrono::milliseconds>(shortest / 8, 5ms, 500ms);
}

base::UniqueFd spare_file() {
    return base::UniqueFd{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
}

/// Answers on a connection that is not kept, as far as that goes at once.
void turn_away(const base::UniqueFd& fd, std::span<char> scratch) {
    // A request that is there must be read, or closing takes the answer back.
    [[maybe_unused]] const auto read = ::recv(fd.get(), scratch.data(), scratch.size(), 0);
    [[maybe_unused]] const auto sent =
        ::send(fd.get(), busy_answer.data(), busy_answer.size(), MSG_NOSIGNAL);
    ::shutdown(fd.get(), SHUT_WR);
}

} // namespace

struct Server::Impl {
    Impl(loop::EventLoop& loop, const Limits& limits, Handler handler)
        : hub{.loop = loop, .limits = limits, .handler = std::move(handler)},
          sweep_timer(loop, [this] { sweep(); }), bury_timer(loop, [this] { bury(); }),
          resume_timer(loop, [this] { watch_listeners(); }),
          grace_timer(loop, [this] { finish_drain(); }), interval(check_interval(limits)) {
        hub.on_closed = [this](Connection& connection) { on_closed(connection); };
        const std::size_t files = base::file_limit();
        most =
            std::min(limits.connections, files > 2 * other_files ? files - other_files : files / 2);
    }

    struct Source {
        Source(Impl& impl, const net::Address& address)
            : listener(address), watch(impl.hub.loop, [&impl, this] { impl.accept_from(*this); }) {}
        net::Listener listener;
        loop::FdWatch watch;
    };

    void accept_from(Source& source) {
        for (int i = 0; i < accepts_a_turn && connections.size() < most; ++i) {
            auto accepted = source.listener.accept();
            if (accepted)
                admit(std::move(*accepted));
            else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
                shed(source);
            else
                break;
            if (paused)
                return;
        }
        if (connections.size() >= most)
            pause(); // the others wait in the kernel until a connection ends
    }

    void admit(net::Accepted accepted) {
        if (!accepted.loopback) {
            std::size_t& count = peers[accepted.peer];
            if (count >= hub.limits.connections_a_peer)
                return turn_away(accepted.fd, hub.input);
            ++count;
        }
        auto& connection =
            connections.emplace_back(hub, std::move(accepted.fd), std::move(accepted.peer));
        connection.self = std::prev(connections.end());
        if (!sweep_timer.scheduled())
            sweep_timer.schedule(interval);
    }

    /// No file descriptor is left: the spare one is given for telling one client so. Without it the
    /// loop would be woken by the waiting connection for ever.
    void shed(Source& source) {
        spare.reset();
        if (const auto accepted = source.listener.accept())
            turn_away(accepted->fd, hub.input);
        spare = spare_file();
        if (!spare) {
            pause();
            resume_timer.schedule(100ms);
        }
    }

    void pause() {
        paused = true;
        for (Source& source : sources)
            source.watch.watch(source.listener.fd(), false, false);
    }

    void watch_listeners() {
        paused = false;
        for (Source& source : sources)
            source.watch.watch(source.listener.fd(), true, false);
    }

    /// May be called from anywhere inside the connection, so it is only put aside here.
    void on_closed(Connection& connection) {
        if (const auto found = peers.find(connection.peer());
            found != peers.end() && --found->second == 0)
            peers.erase(found);
        closed.splice(closed.end(), connections, connection.self);
        bury_timer.schedule(0us);
    }

    void bury() {
        std::list<Connection> dead;
        dead.swap(closed);
        for (Connection& connection : dead)
            connection.tell_gone();
        dead.clear();
        if (paused && !resume_timer.scheduled() && connections.size() < most)
            watch_listeners();
        if (hub.draining && connections.empty())
            finish_drain();
    }

    void sweep() {
        const auto now = base::SteadyClock::now();
        for (auto at = connections.begin(); at != connections.end();)
            (at++)->check(now); // a connection that ends leaves the list
        if (!connections.empty())
            sweep_timer.schedule(interval);
    }

    void drain(std::chrono::milliseconds grace, std::function<void()> done) {
        on_drained = std::move(done);
        // Connections that the kernel has completed count as accepted.
        for (Source& source : sources)
            while (connections.size() < most) {
                auto accepted = source.listener.accept();
                if (!accepted)
                    break;
                admit(std::move(*accepted));
            }
        sources.clear();
        hub.draining = true;
        const auto now = base::SteadyClock::now();
        for (Connection& connection : connections)
            connection.drain(now);
        interval = std::min<std::chrono::milliseconds>(interval, 20ms);
        sweep_timer.schedule(interval);
        grace_timer.schedule(connections.empty() ? 0ms : grace);
    }

    void finish_drain() {
        grace_timer.cancel();
        if (const auto done = std::exchange(on_drained, nullptr))
            done();
    }

    Hub hub;
    base::UniqueFd spare = spare_file();
    std::unordered_map<std::string, std::size_t> peers;
    std::list<Connection> connections;
    std::list<Connection> closed; // to be destroyed when no callback of theirs runs
    std::list<Source> sources;
    loop::Timer sweep_timer;
    loop::Timer bury_timer;
    loop::Timer resume_timer;
    loop::Timer grace_timer;
    std::chrono::milliseconds interval;
    std::size_t most = 0;
    bool paused = false;
    std::function<void()> on_drained;
};

Server::Server(loop::EventLoop& loop, Limits limits, Handler handler)
    : impl_(std::make_unique<Impl>(loop, limits, std::move(handler))) {}

Server::~Server() = default;

net::Address Server::listen(const net::Address& address) {
    auto& source = impl_->sources.emplace_back(*impl_, address);
    source.watch.watch(source.listener.fd(), true, false);
    return source.listener.address();
}

void Server::log_to(Log log) {
    impl_->hub.log = std::move(log);
}

void Server::drain(std::chrono::milliseconds grace, std::function<void()> done) {
    impl_->drain(grace, std::move(done));
}

std::size_t Server::connections() const noexcept {
    return impl_->connections.size();
}

} // namespace http
