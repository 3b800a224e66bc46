#pragma once

#include "service/instance.hpp"
#include "service/methods.hpp"
#include "service/outcome.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace service {

/// A service to inherit from: register handlers in the constructor, or override the `on_…`
/// functions, and hand the object to service::run_main. Everything else is done here: subscribing,
/// acknowledging, one retry, dead letters, reconnecting, several instances, the orderly stop.
///
/// A handler runs on one thread, one at a time. What it publishes, sends and returns reaches the
/// bus together with the acknowledgement of its message, all or nothing. A handler that throws gets
/// its message once more, then it goes to the dead letters. Handlers must stand repetition: after a
/// crash a message comes again.
class Service : private JobHandler {
public:
    using EventHandler = std::function<void(const message::Message& event)>;
    using CommandHandler = std::function<Outcome(const message::Message& command)>;
    using MethodHandler = std::function<Outcome(const rpc::IncomingCall& call)>;

    /// `name` is the logical service: the first part of its commands' names, and what its instances
    /// share.
    explicit Service(std::string name);
    virtual ~Service() = default;
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// What has been subscribed to.
    [[nodiscard]] std::vector<bus::Subscription> subscriptions() const;

    [[nodiscard]] bool has_methods() const noexcept { return !methods_.empty(); }

    /// Runs until it is stopped by SIGINT or SIGTERM, or fails for good (thrown). `options` brings
    /// what run_main or a test wants to set; name and subscriptions are filled in here.
    void run(bus::Bus& bus, InstanceOptions options, bus::Observer& observer);

protected:
    /// Subscribes to the events that match an AMQP pattern. The first handler that matches is
    /// called; without one, `on_event` is.
    void subscribe_events(std::string_view pattern, EventHandler handler = {});
    /// Subscribes to "NAME.command" for a plain word, else to the commands that match the pattern.
    void subscribe_commands(std::string_view pattern, CommandHandler handler = {});
    /// Subscribes to configurations; every instance gets each, the last known value first.
    void subscribe_configurations(std::string_view pattern, EventHandler handler = {});

    /// Exposes a method over Band RPC: called as "bandctl call NAME METHOD", by whoever waits for
    /// the answer now, and carried out at once by every instance. A service may have methods only.
    /// The handler may throw rpc::Refused to answer with a code of its own; anything else that it
    /// throws is a "Server error". What it publishes goes out at once.
    void expose_method(rpc::ExposedMethod method, MethodHandler handler);

    virtual void on_event(const message::Message& event);
    virtual Outcome on_command(const message::Message& command);
    /// The result of a command that this service sent, in any of its instances.
    virtual void on_result(const message::Message& result);
    void on_configuration(const message::Message& configuration) override;
    /// Every configuration that was subscribed to by its full name is there.
    void on_configured() override {}
    /// Subscribed and configured; events and commands follow.
    void on_ready() override {}

    // From within a message's handler these belong to its message, and take over its conversation;
    // from on_configured, on_ready and methods they go out at once. `json` is JSON text.
    void publish_event(std::string_view name, std::string json);
    /// The result comes to `on_result` with the same correlation id.
    void send_command(std::string_view key, std::string json, std::string correlation_id);
    void publish_configuration(std::string_view name, std::string json);
    void publish(message::Message message);

    /// Sends a log message on the log bus; it may be lost, and never waits.
    void log(message::Severity severity, std::string_view text, std::string_view full = {});

private:
    struct Route {
        topic::Pattern pattern;
        EventHandler on_message;
        CommandHandler on_command;
    };

    void start(const Job& job) override;
    void abandon(std::uint64_t tag) override;
    void handle(const message::Message& message);
    Outcome dispatch_command(const message::Message& command);
    void expose_all(Methods& methods);

    struct Method {
        rpc::ExposedMethod shown;
        MethodHandler handler;
    };

    std::string name_;
    std::vector<Method> methods_;
    std::vector<Route> events_;
    std::vector<Route> commands_;
    std::vector<Route> configurations_;
    Instance* instance_ = nullptr;              // while it runs
    const message::Message* handled_ = nullptr; // while a handler runs
    std::vector<message::Message> effects_;
};

} // namespace service
