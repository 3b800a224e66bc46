#pragma once

#include "base/stop_signal.hpp"
#include "http/access.hpp"
#include "http/access_log.hpp"
#include "http/limits.hpp"
#include "http/page_file.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "loop/event_loop.hpp"
#include "loop/fd_watch.hpp"
#include "loop/signal_watch.hpp"
#include "registry/api.hpp"
#include "registry/methods.hpp"
#include "registry/registry.hpp"
#include "tools/servreg/metrics.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace servreg {

/// The files of the live page, index.html first.
std::span<const http::PageFile> page_files() noexcept;

struct Settings {
    registry::Options registry;
    registry::Methods::Options methods;
    std::size_t changes_a_second = 0; // of each peer; 0: as many as it likes
    http::AccessRules access;
    http::Limits limits;
    net::Address address;
    std::string unix_socket; // empty: none
    std::string access_log;  // empty: none
};

/// The registry behind an HTTP server, from the start to SIGTERM or SIGINT.
class Daemon {
public:
    /// Opens the database and the sockets. Throws base::Error.
    explicit Daemon(Settings settings);

    /// Where it listens, with the real port.
    [[nodiscard]] const net::Address& address() const noexcept { return settings_.address; }

    /// Serves until it is told to stop; then answers what it has accepted, for 5 seconds at most.
    void run();

private:
    void add_routes();
    void handle(http::Request&& request, http::Responder&& responder);
    http::Response health();
    http::Response metrics();
    void begin_stop();

    Settings settings_;
    loop::EventLoop loop_;
    registry::Registry registry_;
    std::optional<registry::Methods> methods_;
    std::optional<registry::Api> api_;
    http::Router router_;
    Metrics metrics_;
    std::unique_ptr<http::AccessLog> log_;
    std::optional<http::Server> server_;
    std::optional<base::StopSignal> stop_;
    loop::FdWatch stop_watch_;
    loop::SignalWatch reopen_watch_;
};

} // namespace servreg
