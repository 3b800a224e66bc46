#include "director/daemon.hpp"

#include "base/clock.hpp"
#include "base/service_manager.hpp"
#include "base/stop_signal.hpp"
#include "codec/json_writer.hpp"
#include "loop/fd_watch.hpp"

#include <utility>

namespace director {

namespace {

constexpr WorkerPool::Size lookers{.threads = 4, .waiting = 256};
constexpr WorkerPool::Size changers{.threads = 8, .waiting = 1024};
constexpr WorkerPool::Size followers{.threads = 32, .waiting = 0};

} // namespace

Daemon::Daemon(Settings settings, Machine machine, Page page, service::Diagnostics& diagnostics)
    : settings_(std::move(settings)), diagnostics_(diagnostics),
      redis_(loop_, settings_.redis, *this), lookers_(loop_, lookers, machine.make_host),
      changers_(loop_, changers, machine.make_host),
      followers_(loop_, followers, machine.make_host),
      inventory_(loop_, lookers_, std::move(machine.look)),
      event_watch_(loop_, std::move(machine.follow), [this] { inventory_.on_event(); }),
      operations_(changers_), wanted_(redis_), roll_call_(loop_, settings_.redis, redis_),
      overview_(roll_call_.registrations(), inventory_, operations_, supervisor_, wanted_),
      caller_(loop_, settings_.redis),
      api_(Parts{lookers_, changers_, operations_, inventory_, roll_call_, wanted_, supervisor_,
                 overview_, caller_},
           settings_.defaults),
      feed_(loop_, [this] { return overview_.page(redis_trouble_.empty()); }), logs_(followers_),
      front_(settings_.http, api_, overview_, feed_, logs_, page),
      bus_front_(loop_, settings_.redis, api_, *this),
      server_(loop_, settings_.limits,
              [this](http::Request&& request, http::Responder&& responder) {
                  front_.handle(std::move(request), std::move(responder));
              }),
      watchdog_timer_(loop_, [this] { feed_watchdog(); }), redis_since_ms_(base::unix_ms()) {
    connect_parts();
}

/// The threads work with parts that are younger than their pools.
Daemon::~Daemon() {
    logs_.close(); // a thread may wait for one of its readers
    for (WorkerPool* const pool : {&followers_, &changers_, &lookers_})
        pool->stop();
}

void Daemon::connect_parts() {
    inventory_.on_look = [this](bool returned) { on_look(returned); };
    roll_call_.on_change = [this] { feed_.changed(); };
    operations_.on_change = [this](const std::string& /*service*/) { feed_.changed(); };
    operations_.on_progress = [this](const std::string& service, std::string_view phase,
                                     std::string_view line) {
        std::string json;
        codec::JsonWriter out{json};
        out.begin_object();
        out.member("service", std::string_view(service));
        out.member("phase", phase);
        out.member("line", line);
        out.end_object();
        feed_.tell("progress", json);
    };
    front_.health = [this] { return health(); };
    front_.metrics = [this] {
        return metrics_text({front_.counts(), api_.calls(), roll_call_.registrations(), inventory_,
                             operations_, redis_trouble_.empty(), server_.connections(),
                             feed_.readers(), logs_.size()});
    };
    server_.log_to([this](const http::Exchange& exchange) {
        front_.counts().add(exchange.status);
        if (exchange.status >= 500)
            diagnostics_.detail(exchange.method + " " + exchange.target + ": " +
                                std::to_string(exchange.status));
    });
}

void Daemon::run(const std::function<void(const net::Address&)>& listening) {
    const base::StopSignal stop_signal;
    loop::FdWatch stop_watch{loop_, [&] {
                                 stop_watch.cancel(); // stays readable
                                 stop();
                             }};
    stop_watch.watch(stop_signal.fd(), true, false);
    for (const net::Address& address : settings_.addresses)
        listening(server_.listen(address));
    redis_.open();
    roll_call_.open();
    caller_.open();
    bus_front_.open();
    inventory_.open();
    feed_watchdog();
    base::tell_service_manager("READY=1");
    loop_.run();
}

void Daemon::stop() {
    diagnostics_.info("stopping");
    base::tell_service_manager("STOPPING=1");
    feed_.close();
    logs_.close();
    server_.drain(settings_.drain_time, [this] { loop_.stop(); });
}

void Daemon::feed_watchdog() {
    const auto interval = base::watchdog_interval();
    if (interval.count() == 0)
        return;
    base::tell_service_manager("WATCHDOG=1");
    watchdog_timer_.schedule(interval);
}

void Daemon::on_connected() {
    if (std::exchange(was_connected_, true))
        diagnostics_.on_recovered();
    redis_trouble_.clear();
    redis_since_ms_ = base::unix_ms();
    wanted_.synchronize([this] { supervise(); });
    roll_call_.begin();
    feed_.changed();
}

void Daemon::on_disconnected(const base::Error& error, std::chrono::milliseconds retry_in,
                             int attempt) {
    if (redis_trouble_.empty())
        redis_since_ms_ = base::unix_ms();
    redis_trouble_ = error.what();
    wanted_.on_away();
    diagnostics_.on_waiting(error, retry_in, attempt);
    feed_.changed();
}

void Daemon::on_fault(std::string_view method, std::string_view why) {
    diagnostics_.error(std::string(method) + ": " + std::string(why));
}

void Daemon::on_look(bool returned) {
    if (returned)
        supervisor_.begin_anew();
    supervise();
    feed_.changed();
}

/// Those that should run by a runtime that is there.
Supervisor::Names Daemon::watched() const {
    Supervisor::Names names;
    for (const std::string& name : wanted_.names()) {
        const runtime::Instance* const instance = inventory_.find(name);
        const std::string runtime =
            instance != nullptr ? instance->runtime : wanted_.runtime_of(name);
        if (inventory_.is_up(runtime))
            names.insert(name);
    }
    return names;
}

void Daemon::supervise() {
    if (!inventory_.known() || !wanted_.known())
        return;
    for (const std::string& name : wanted_.names())
        inventory_.expect(wanted_.runtime_of(name));
    const auto decisions = supervisor_.look(
        watched(), inventory_.instances(),
        [this](std::string_view service) { return !operations_.current(service).empty(); },
        base::SteadyClock::now());
    for (const Supervisor::Decision& decision : decisions) {
        const std::string service = decision.service;
        diagnostics_.warn(service + ": " + decision.reason);
        const auto failed = [this, service](const std::string& why) {
            supervisor_.failed(service, why, base::SteadyClock::now());
            diagnostics_.warn(service + ": cannot be started: " + why);
            feed_.changed();
        };
        try {
            api_.carry_out(decision, [failed](const std::string& why) {
                if (!why.empty())
                    failed(why);
            });
        } catch (const base::Error& error) {
            failed(error.what());
        }
    }
}

std::string Daemon::health() const {
    std::string json;
    codec::JsonWriter out{json};
    const auto part = [&](std::string_view name, bool up, std::string_view why,
                          std::int64_t since_ms) {
        out.key(name);
        out.begin_object();
        out.member("up", up);
        out.member("since", std::string_view(base::rfc3339(since_ms)));
        if (!why.empty())
            out.member("why", why);
        out.end_object();
    };
    out.begin_object();
    out.member("status", "ok");
    part("redis", redis_trouble_.empty(), redis_trouble_, redis_since_ms_);
    for (const RuntimeState& runtime : inventory_.runtimes())
        if (runtime.expected)
            part(runtime.name, runtime.up, runtime.why, runtime.since_ms);
    out.end_object();
    json += '\n';
    return json;
}

} // namespace director
