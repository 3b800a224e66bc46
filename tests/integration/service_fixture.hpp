#pragma once

#include "base/id.hpp"
#include "bus/bus.hpp"
#include "service/service.hpp"
#include "support/eventually.hpp"
#include "support/redis_client.hpp"
#include "support/redis_server.hpp"

#include <csignal>
#include <mutex>
#include <pthread.h>
#include <string>
#include <thread>
#include <vector>

namespace fixture {

using namespace std::chrono_literals;
using support::eventually;

/// What a service's thread wrote down, for the test's thread.
class Notes final : public bus::Observer {
public:
    void add(std::string text) {
        const std::lock_guard lock{mutex_};
        texts_.push_back(std::move(text));
    }
    [[nodiscard]] std::vector<std::string> texts() const {
        const std::lock_guard lock{mutex_};
        return texts_;
    }
    /// All of them, for a failure's message.
    [[nodiscard]] std::string all() const {
        std::string joined;
        for (const std::string& text : texts())
            joined += text + "\n";
        return joined;
    }
    [[nodiscard]] std::size_t count(std::string_view part) const {
        std::size_t found = 0;
        for (const std::string& text : texts())
            found += text.find(part) != std::string::npos ? 1U : 0U;
        return found;
    }
    [[nodiscard]] bool has(std::string_view part) const { return count(part) > 0; }

    void on_waiting(const base::Error& why, std::chrono::milliseconds, int) override {
        add(std::string("waiting: ") + why.what());
    }
    void on_recovered() override { add("recovered"); }
    void on_warning(const std::string& text) override { add("warning: " + text); }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> texts_;
};

/// A service that writes down what happens to it. A test adds handlers.
class Noting : public service::Service {
public:
    explicit Noting(std::string name = "shop") : Service(std::move(name)) {}

    using Service::expose_method;
    using Service::log;
    using Service::publish_event;
    using Service::send_command;
    using Service::subscribe_commands;
    using Service::subscribe_configurations;
    using Service::subscribe_events;

    Notes notes;
    std::function<void()> at_ready;

protected:
    void on_event(const message::Message& event) override {
        notes.add("event " + event.routing_key + " " + event.body);
    }
    void on_result(const message::Message& result) override {
        notes.add("result " + result.correlation_id + " " + result.status + " " + result.body);
    }
    void on_configuration(const message::Message& configuration) override {
        notes.add("configuration " + configuration.routing_key + " " + configuration.body);
        Service::on_configuration(configuration);
    }
    void on_configured() override { notes.add("configured"); }
    void on_ready() override {
        if (at_ready)
            at_ready();
        notes.add("ready");
    }
};

/// Quick in everything that a test has to wait for.
inline service::InstanceOptions quick() {
    service::InstanceOptions options;
    options.consumer.liveness = 300ms;
    options.retry_delay = 20ms;
    options.stop_timeout = 2s;
    return options;
}

/// A service in a thread of this process; one at a time, since it is stopped by SIGTERM.
class Running {
public:
    Running(Noting& service, const std::string& url, service::InstanceOptions options = quick(),
            bus::BusOptions bus_options = {})
        : service_(service) {
        bus_options.url = url;
        thread_ = std::thread{[this, bus_options, options = std::move(options)] {
            try {
                const auto bus = bus::Bus::open(bus_options);
                service_.run(*bus, options, service_.notes);
            } catch (const std::exception& error) {
                service_.notes.add(std::string("ended: ") + error.what());
            }
            service_.notes.add("stopped");
        }};
        eventually(10s,
                   [&] { return service_.notes.has("ready") || service_.notes.has("stopped"); });
    }
    ~Running() { stop(); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    void stop() {
        if (!thread_.joinable())
            return;
        if (!service_.notes.has("stopped"))
            pthread_kill(thread_.native_handle(), SIGTERM);
        thread_.join();
    }

private:
    Noting& service_;
    std::thread thread_;
};

/// Puts an event on the bus as any client would. `fields` are further ones.
inline std::string send(support::Redis& redis, const std::string& stream, const std::string& body,
                        const std::vector<std::string>& fields = {}) {
    std::vector<std::string> command{"XADD", stream, "*", "body", body, "conversation_id", "c1"};
    command.insert(command.end(), fields.begin(), fields.end());
    return redis.command(command).text;
}

/// The value of a field in an entry of XRANGE; empty when it has none.
inline std::string field(const support::Answer& entry, const std::string& name) {
    const support::Answer& fields = entry[1];
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2)
        if (fields[i].text == name)
            return fields[i + 1].text;
    return {};
}

inline support::Answer entries(support::Redis& redis, const std::string& stream) {
    return redis.command({"XRANGE", stream, "-", "+"});
}

inline long long length(support::Redis& redis, const std::string& stream) {
    return redis.command({"XLEN", stream}).integer;
}

/// How many entries of a stream a group holds unacknowledged; -1 without the group.
inline long long pending(support::Redis& redis, const std::string& stream,
                         const std::string& group) {
    const support::Answer answer = redis.ask({"XPENDING", stream, group});
    return answer.error ? -1 : answer[0].integer;
}

} // namespace fixture
