#include "service/service.hpp"

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/printable.hpp"
#include "base/stop_signal.hpp"
#include "loop/event_loop.hpp"
#include "loop/fd_watch.hpp"
#include "rpc/result.hpp"

#include <algorithm>
#include <optional>

namespace service {

using message::Kind;
using message::Message;

Service::Service(std::string name) : name_(std::move(name)) {}

void Service::subscribe_events(std::string_view pattern, EventHandler handler) {
    events_.push_back({topic::Pattern{pattern}, std::move(handler), {}});
}

void Service::subscribe_commands(std::string_view pattern, CommandHandler handler) {
    const bool word = pattern.find_first_of(".*#") == std::string_view::npos;
    const std::string full = word ? name_ + "." + std::string(pattern) : std::string(pattern);
    commands_.push_back({topic::Pattern{full}, {}, std::move(handler)});
}

void Service::subscribe_configurations(std::string_view pattern, EventHandler handler) {
    configurations_.push_back({topic::Pattern{pattern}, std::move(handler), {}});
}

void Service::expose_method(rpc::ExposedMethod method, MethodHandler handler) {
    methods_.push_back({std::move(method), std::move(handler)});
}

std::vector<bus::Subscription> Service::subscriptions() const {
    std::vector<bus::Subscription> all;
    const auto add = [&](Kind kind, const std::vector<Route>& routes) {
        bus::Subscription subscription{kind, {}};
        for (const Route& route : routes)
            subscription.patterns.push_back(route.pattern);
        if (!subscription.patterns.empty())
            all.push_back(std::move(subscription));
    };
    add(Kind::event, events_);
    add(Kind::configuration, configurations_);
    std::vector<Route> commands = commands_;
    // Results of commands that it sent come to the service's own stream.
    commands.push_back({topic::Pattern{name_ + ".return"}, {}, {}});
    add(Kind::command, commands);
    return all;
}

void Service::run(bus::Bus& bus, InstanceOptions options, bus::Observer& observer) {
    options.consumer.service = name_;
    options.consumer.subscriptions = subscriptions();
    options.concurrency = 1;
    if (options.consumer.instance.empty())
        options.consumer.instance = base::instance_name();
    if (has_methods() && !options.calls)
        throw base::Error(base::ErrorKind::usage, "service " + base::quoted(name_),
                          "nothing says where its methods are called");
    base::StopSignal stop_signal;
    loop::EventLoop loop;
    const auto stop_timeout = options.stop_timeout;
    std::optional<Methods> methods;
    if (has_methods())
        methods.emplace(loop, *options.calls, name_, observer);
    Instance instance{loop, bus, std::move(options), *this, observer};
    loop::FdWatch stop_watch{loop, [&] {
                                 stop_watch.cancel(); // stays readable
                                 if (methods)
                                     methods->stop();
                                 instance.stop();
                             }};
    stop_watch.watch(stop_signal.fd(), true, false);
    instance_ = &instance;
    instance.start();
    if (methods) {
        expose_all(*methods);
        methods->open([&] { observer.on_note(name_ + " can be called"); });
    }
    try {
        loop.run();
        if (methods)
            static_cast<void>(methods->finish(stop_timeout));
        instance_ = nullptr;
    } catch (...) {
        instance_ = nullptr;
        throw;
    }
}

void Service::expose_all(Methods& methods) {
    for (const Method& method : methods_)
        methods.expose(method.shown, [&method](const rpc::IncomingCall& call, rpc::Answer answer) {
            try {
                const Outcome outcome = method.handler(call);
                if (outcome.success)
                    answer.result(outcome.body);
                else
                    answer.error(failure_of(outcome.body));
            } catch (const rpc::Refused& refused) {
                answer.error(refused.failure());
            }
        });
}

void Service::start(const Job& job) {
    effects_.clear();
    handled_ = job.message;
    std::string error;
    try {
        handle(*job.message);
        handled_ = nullptr;
        instance_->succeed(job.tag, std::move(effects_));
        return;
    } catch (const std::exception& thrown) {
        error = thrown.what();
    } catch (...) {
        error = "an exception of unknown type";
    }
    handled_ = nullptr;
    instance_->fail(job.tag, error);
}

void Service::abandon(std::uint64_t) {
    // A handler has always returned by the time anybody could ask for this.
}

void Service::handle(const Message& message) {
    if (message.kind == Kind::result) {
        on_result(message);
    } else if (message.kind == Kind::command) {
        Outcome outcome = dispatch_command(message);
        if (!message.reply_to.empty())
            effects_.push_back(result_of(message, std::move(outcome), name_));
    } else {
        const auto route = std::ranges::find_if(
            events_, [&](const Route& r) { return r.pattern.matches(message.routing_key); });
        if (route != events_.end() && route->on_message)
            route->on_message(message);
        else
            on_event(message);
    }
}

Outcome Service::dispatch_command(const Message& command) {
    const auto route = std::ranges::find_if(
        commands_, [&](const Route& r) { return r.pattern.matches(command.routing_key); });
    if (route == commands_.end())
        return Outcome::error("unknown command", name_ + " has no command " + command.routing_key);
    return route->on_command ? route->on_command(command) : on_command(command);
}

void Service::on_event(const Message&) {}

Outcome Service::on_command(const Message& command) {
    return Outcome::error("unknown command", name_ + " does not handle " + command.routing_key);
}

void Service::on_result(const Message&) {}

void Service::on_configuration(const Message& configuration) {
    for (const Route& route : configurations_)
        if (route.pattern.matches(configuration.routing_key) && route.on_message)
            route.on_message(configuration);
}

void Service::publish(Message message) {
    if (message.source.empty())
        message.source = name_;
    if (message.conversation_id.empty() && handled_ != nullptr)
        message.conversation_id = handled_->conversation_id;
    if (message.conversation_id.empty())
        message.conversation_id = base::random_id();
    if (handled_ != nullptr)
        effects_.push_back(std::move(message));
    else if (instance_ != nullptr)
        instance_->publish(message);
    else
        throw base::Error(base::ErrorKind::internal, "message " + base::quoted(message.routing_key),
                          "a service publishes while it runs only", "do it in on_ready");
}

void Service::publish_event(std::string_view name, std::string json) {
    Message event;
    event.routing_key = name;
    event.body = std::move(json);
    publish(std::move(event));
}

void Service::publish_configuration(std::string_view name, std::string json) {
    Message configuration;
    configuration.kind = Kind::configuration;
    configuration.routing_key = name;
    configuration.body = std::move(json);
    publish(std::move(configuration));
}

void Service::send_command(std::string_view key, std::string json, std::string correlation_id) {
    Message command;
    command.kind = Kind::command;
    command.routing_key = key;
    command.body = std::move(json);
    command.correlation_id = std::move(correlation_id);
    command.reply_to = name_ + ".return";
    publish(std::move(command));
}

void Service::log(message::Severity severity, std::string_view text, std::string_view full) {
    if (instance_ != nullptr)
        instance_->log(severity, text, full,
                       handled_ != nullptr ? handled_->conversation_id : std::string{});
}

} // namespace service
