#include "tools/servreg/daemon.hpp"

#include "base/file_limit.hpp"
#include "base/service_manager.hpp"
#include "registry/classic_dialect.hpp"

#include <csignal>
#include <utility>

namespace servreg {

namespace {

using namespace std::chrono_literals;

/// How long accepted requests may take to be answered after the order to stop.
constexpr auto stop_grace = 5s;

} // namespace

Daemon::Daemon(Settings settings)
    : settings_(std::move(settings)), registry_(loop_, settings_.registry),
      stop_watch_(loop_, [this] { begin_stop(); }), reopen_watch_(loop_, SIGHUP, [this] {
          if (log_)
              log_->reopen();
      }) {
    base::raise_file_limit();
    if (!settings_.access_log.empty())
        log_ = std::make_unique<http::AccessLog>(settings_.access_log);
    // Listening comes last: whoever reaches us is served.
    registry_.open();
    server_.emplace(loop_, settings_.limits,
                    [this](http::Request&& request, http::Responder&& responder) {
                        handle(std::move(request), std::move(responder));
                    });
    server_->log_to([this](const http::Exchange& exchange) {
        metrics_.count(exchange);
        if (log_)
            log_->write(exchange);
    });
    settings_.address = server_->listen(settings_.address);
    if (!settings_.unix_socket.empty())
        server_->listen({.unix_path = settings_.unix_socket});
    settings_.methods.host = settings_.address.host;
    settings_.methods.port = settings_.address.port;
    methods_.emplace(loop_, registry_, settings_.methods);
    api_.emplace(*methods_, settings_.access, settings_.changes_a_second);
    add_routes();
    stop_.emplace();
    stop_watch_.watch(stop_->fd(), true, false);
}

void Daemon::run() {
    base::tell_service_manager("READY=1");
    loop_.run();
}

void Daemon::begin_stop() {
    stop_watch_.cancel();
    base::tell_service_manager("STOPPING=1");
    methods_->end_waits();
    server_->drain(stop_grace, [this] { loop_.stop(); });
}

void Daemon::handle(http::Request&& request, http::Responder&& responder) {
    if (auto refusal = http::check_access(settings_.access, request, http::Role::none))
        return responder.send(*std::move(refusal));
    router_.route(std::move(request), std::move(responder));
}

void Daemon::add_routes() {
    using http::PathParameters;
    using http::Request;
    using http::Responder;
    for (const auto& [path, dialect] : {std::pair{"/api", registry::Dialect::classic},
                                        std::pair{"/rpc", registry::Dialect::strict}})
        router_.add(
            "POST", path,
            [this, form = dialect](Request&& request, PathParameters&&, Responder&& responder) {
                api_->serve(form, std::move(request), std::move(responder));
            });
    for (const char* method : {"GET", "PUT", "DELETE", "PATCH"})
        router_.add(method, "/api", [](Request&&, PathParameters&&, Responder&& responder) {
            http::Response response{.status = 405, .body = registry::classic::method_not_allowed()};
            response.headers.add("Content-Type", "application/json");
            response.headers.add("Allow", "POST, OPTIONS");
            responder.send(std::move(response));
        });
    for (const http::PageFile& file : page_files()) {
        const std::string path = file.name == "index.html" ? "" : std::string{file.name};
        router_.add("GET", "/" + path, [&file](Request&&, PathParameters&&, Responder&& responder) {
            responder.send(http::page_response(file));
        });
    }
    router_.add("GET", "/home", [](Request&&, PathParameters&&, Responder&& responder) {
        http::Response response{.status = 302};
        response.headers.add("Location", "/");
        responder.send(std::move(response));
    });
    router_.add("GET", "/healthz", [this](Request&&, PathParameters&&, Responder&& responder) {
        responder.send(health());
    });
    router_.add("GET", "/metrics",
                [this](Request&& request, PathParameters&&, Responder&& responder) {
                    auto refusal = http::check_access(settings_.access, request, http::Role::read);
                    responder.send(refusal ? *std::move(refusal) : metrics());
                });
}

http::Response Daemon::health() {
    if (!registry_.stale())
        return http::text_response(200, "ok");
    http::Response response = http::text_response(503, "registry storage unavailable");
    response.headers.add("Retry-After", "1");
    return response;
}

http::Response Daemon::metrics() {
    http::Response response{.body =
                                metrics_.text(registry_.stats(), methods_->incidents(),
                                              server_->connections(), log_ ? log_->dropped() : 0)};
    response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    return response;
}

} // namespace servreg
