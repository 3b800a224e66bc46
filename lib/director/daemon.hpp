#pragma once

#include "director/api.hpp"
#include "director/bus_front.hpp"
#include "director/event_feed.hpp"
#include "director/event_watch.hpp"
#include "director/http_front.hpp"
#include "director/inventory.hpp"
#include "director/log_streams.hpp"
#include "director/operations.hpp"
#include "director/overview.hpp"
#include "director/roll_call.hpp"
#include "director/supervisor.hpp"
#include "director/wanted_services.hpp"
#include "director/worker_pool.hpp"
#include "http/server.hpp"
#include "loop/event_loop.hpp"
#include "service/diagnostics.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace director {

struct Settings {
    std::vector<net::Address> addresses; // at least one
    http::Limits limits;
    HttpSettings http;
    redis::Config redis;
    runtime::ServiceSpec defaults; // how services are run
    std::chrono::milliseconds drain_time = std::chrono::seconds{5};
};

/// What belongs to the machine, and not to the daemon's logic.
struct Machine {
    WorkerPool::MakeHost make_host;
    Inventory::Look look;
    EventWatch::Follow follow; // may be empty
};

/// A director from its start to its end.
class Daemon final : private redis::ConnectionHandler, private rpc::CalleeObserver {
public:
    /// `diagnostics` outlives it.
    Daemon(Settings settings, Machine machine, Page page, service::Diagnostics& diagnostics);
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    /// Listens, serves until SIGINT or SIGTERM, and finishes what it has begun. `listening` is
    /// called with each address that was bound. Throws what keeps it from listening.
    void run(const std::function<void(const net::Address&)>& listening);

private:
    // Of the connection for everything but calls.
    void on_connected() override;
    void on_disconnected(const base::Error& error, std::chrono::milliseconds retry_in,
                         int attempt) override;
    // Of those who answer calls.
    void on_fault(std::string_view method, std::string_view why) override;

    void connect_parts();
    void on_look(bool returned);
    void supervise();
    [[nodiscard]] Supervisor::Names watched() const;
    void stop();
    void feed_watchdog();
    [[nodiscard]] std::string health() const;

    Settings settings_;
    service::Diagnostics& diagnostics_;
    loop::EventLoop loop_;
    redis::Connection redis_;
    WorkerPool lookers_;   // for what only looks
    WorkerPool changers_;  // for what takes long and changes something
    WorkerPool followers_; // for logs
    Inventory inventory_;
    EventWatch event_watch_;
    Operations operations_;
    WantedServices wanted_;
    Supervisor supervisor_;
    RollCall roll_call_;
    Overview overview_;
    rpc::Caller caller_;
    Api api_;
    EventFeed feed_;
    LogStreams logs_;
    HttpFront front_;
    BusFront bus_front_;
    http::Server server_;
    loop::Timer watchdog_timer_;
    std::string redis_trouble_ = "not connected yet"; // empty: it is there
    std::int64_t redis_since_ms_;
    bool was_connected_ = false;
};

} // namespace director
