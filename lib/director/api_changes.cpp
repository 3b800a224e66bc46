#include "base/error.hpp"
#include "codec/json_path.hpp"
#include "codec/json_writer.hpp"
#include "director/api.hpp"
#include "director/run_options.hpp"
#include "host/service_json.hpp"
#include "runtime/state_word.hpp"

#include <array>
#include <memory>
#include <utility>
#include <vector>

namespace director {

using base::Deadline;
using namespace std::chrono_literals;

namespace {

constexpr auto run_time = 10min; // beside the build, which has a limit of its own
constexpr auto prune_time = 5min;
constexpr double longest_grace_s = 300;
constexpr int usual_grace_s = 10; // WIRE.md 1.5

// What the work of a change gives back.
constexpr std::string_view known = "known";
constexpr std::string_view unknown = "unknown";

runtime::Wait time_for(const host::RunRequest& request, int stop_fd) {
    return {Deadline::after(request.spec.build_within + run_time), stop_fd};
}

/// After it the service is not to run any more.
bool is_end(Action action) {
    return action == Action::stop || action == Action::remove;
}

/// Tells whether there is such a service.
bool apply(host::Host& host, Action action, const std::string& service, std::chrono::seconds grace,
           const runtime::Wait& wait) {
    switch (action) {
    case Action::start:
        return host.start(service, wait);
    case Action::stop:
        return host.stop(service, grace, wait);
    case Action::restart:
        return host.restart(service, grace, wait);
    default:
        return host.remove(service, grace, wait);
    }
}

std::string text_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& known_error) {
        return known_error.what();
    }
}

std::string_view name_of(Action action) {
    for (const Route& route : routes())
        if (route.action == action)
            return route.name;
    return {};
}

/// What the first generation answers to run, and behind it what we know more.
std::string launched_json(const host::Service& service) {
    const runtime::Instance instance = service.instance.value_or(runtime::Instance{});
    std::string json;
    codec::JsonWriter out{json};
    out.begin_object();
    out.member("short_id", std::string_view(instance.id).substr(0, 12));
    out.member("name", std::string_view(service.name));
    out.member("status", runtime::state_word(instance.state));
    out.key("ports");
    out.begin_array();
    for (const runtime::PortBinding& port : instance.ports)
        out.value(port.host_port);
    out.end_array();
    out.key("methods");
    out.begin_array();
    for (const host::Method& method : service.methods) {
        out.begin_array();
        out.value(std::string_view(method.name));
        out.value(std::string_view(method.role));
        out.end_array();
    }
    out.end_array();
    out.member("answers", service.answers);
    if (service.instance) {
        out.key("instance");
        host::append_instance(out, instance);
    }
    out.end_object();
    return json;
}

std::string pruned_json(const std::vector<runtime::Instance>& instances) {
    std::string json;
    codec::JsonWriter out{json};
    out.begin_array();
    for (const runtime::Instance& instance : instances) {
        out.begin_object();
        out.member("name", std::string_view(instance.name));
        out.key("instance");
        host::append_instance(out, instance);
        out.end_object();
    }
    out.end_array();
    return json;
}

/// What the first generation answers to the others.
std::string_view result_of(Action action) {
    return action == Action::stop || action == Action::start ? "true" : "null";
}

} // namespace

void Api::run(const Ask& ask, const Reply& reply) {
    auto request = run_request_of(ask.service, ask.arguments, defaults_);
    const runtime::Instance* const before = parts_.inventory.find(ask.service);
    request.ran_by = before != nullptr ? before->runtime : parts_.wanted.runtime_of(ask.service);
    submit(
        ask,
        [request](host::Host& host, int stop_fd, const Operations::Progress& progress) {
            return launched_json(host.run(request, progress, time_for(request, stop_fd)));
        },
        [this, request](const std::string& result) {
            const auto runtime = codec::find_text(result, "instance.runtime");
            parts_.wanted.add(request.spec.name,
                              settings_of(request, runtime.value_or(request.runtime)));
            after_change(Action::run, request.spec.name);
        },
        [](const std::string& result) { return Answer{.result = result}; }, reply);
}

void Api::build(const Ask& ask, const Reply& reply) {
    const auto request = run_request_of(ask.service, ask.arguments, defaults_);
    submit(
        ask,
        [request](host::Host& host, int stop_fd, const Operations::Progress& progress) {
            std::string json;
            codec::JsonWriter{json}.value(
                std::string_view(host.build(request, progress, time_for(request, stop_fd))));
            return json;
        },
        [](const std::string& /*result*/) {},
        [](const std::string& result) { return Answer{.result = result}; }, reply);
}

/// What is away cannot say that there is no such service.
void Api::require_runtimes(const std::string& service) const {
    const runtime::Instance* const instance = parts_.inventory.find(service);
    for (const RuntimeState& runtime : parts_.inventory.runtimes())
        if (!runtime.up && runtime.expected &&
            (instance == nullptr || instance->runtime == runtime.name))
            throw base::Error(base::ErrorKind::unavailable, runtime.name,
                              "unavailable since " + base::rfc3339(runtime.since_ms) + ": " +
                                  runtime.why);
}

void Api::change(const Ask& ask, const Reply& reply) {
    require_runtimes(ask.service);
    const auto grace = std::chrono::seconds{
        static_cast<long>(ask.arguments.number("grace", longest_grace_s).value_or(usual_grace_s))};
    // What should run and is not there can still be given up.
    const bool given_up = is_end(ask.action) && parts_.wanted.names().contains(ask.service);
    submit(
        ask,
        [action = ask.action, service = ask.service,
         grace](host::Host& host, int stop_fd, const Operations::Progress& /*progress*/) {
            return std::string(
                apply(host, action, service, grace, {Deadline::after(grace + 60s), stop_fd})
                    ? known
                    : unknown);
        },
        [this, action = ask.action, service = ask.service](const std::string& result) {
            if (result == known || is_end(action))
                after_change(action, service);
        },
        [action = ask.action, service = ask.service, given_up](const std::string& result) {
            if (result == unknown && !given_up)
                return unknown_service(service);
            return Answer{.result = std::string(result_of(action))};
        },
        reply);
}

/// It is no operation of one service: what is being run just now is left alone by its lock.
void Api::prune(const Ask& ask, const Reply& reply) {
    require_runtimes({});
    const bool stopped = ask.arguments.flag("stopped");
    const auto removed = std::make_shared<std::vector<runtime::Instance>>();
    parts_.changers.submit(
        [removed, stopped](host::Host& host, int stop_fd) {
            *removed = host.prune(stopped, {Deadline::after(prune_time), stop_fd});
        },
        [this, removed, reply](const std::exception_ptr& error) {
            if (error)
                return reply(failure_of(error));
            for (const runtime::Instance& instance : *removed)
                if (!instance.candidate)
                    after_change(Action::remove, instance.name);
            reply_once_known({.result = pruned_json(*removed)}, reply);
        });
}

void Api::after_change(Action action, const std::string& service) {
    parts_.supervisor.forget(service);
    if (is_end(action)) {
        if (parts_.wanted.names().contains(service))
            parts_.wanted.remove(service);
        parts_.roll_call.forget(service);
    } else {
        if (!parts_.wanted.names().contains(service))
            parts_.wanted.add(service, "{}");
        parts_.roll_call.ask(service, Generation::first);
    }
}

void Api::submit(const Ask& ask, Work work, std::function<void(const std::string&)> after,
                 ToAnswer to_answer, const Reply& reply) {
    // The second generation does not wait for the end; what comes of it is in the state.
    const bool at_once = ask.envelope == Envelope::bare && !ask.arguments.flag("wait");
    parts_.operations.submit(
        {.service = ask.service,
         .what = std::string(name_of(ask.action)),
         .options = ask.arguments.params(),
         .after =
             [this, after = std::move(after)](const std::exception_ptr& error,
                                              const std::string& result) {
                 if (!error)
                     after(result);
             }},
        std::move(work),
        [this, to_answer = std::move(to_answer), reply, at_once](const std::exception_ptr& error,
                                                                 const std::string& result) {
            if (at_once)
                return;
            reply_once_known(error ? failure_of(error) : to_answer(result), reply);
        },
        ask.progress);
    if (at_once)
        reply({.result = parts_.overview.state(ask.service)});
}

/// Who asks next is to see what has been done, also after we have been killed.
void Api::reply_once_known(const Answer& answer, const Reply& reply) {
    parts_.wanted.when_written(
        [this, reply, answer] { parts_.inventory.look_then([reply, answer] { reply(answer); }); });
}

void Api::carry_out(const Supervisor::Decision& decision,
                    std::function<void(const std::string& why)> done) {
    const std::string& service = decision.service;
    const host::RunRequest request =
        run_request_of(service, parts_.wanted.configuration(service), defaults_);
    Work work = [request, step = decision.step](host::Host& host, int stop_fd,
                                                const Operations::Progress& progress) {
        const runtime::Wait wait = time_for(request, stop_fd);
        if (step == Supervisor::Step::run)
            host.run(request, progress, wait);
        else
            apply(host, step == Supervisor::Step::start ? Action::start : Action::stop,
                  request.spec.name, std::chrono::seconds{usual_grace_s}, wait);
        return std::string{};
    };
    constexpr std::array<std::string_view, 3> verbs{"run", "start", "stop"};
    parts_.operations.submit(
        {.service = service,
         .what = std::string(verbs.at(static_cast<std::size_t>(decision.step))),
         .options = "supervised"},
        std::move(work),
        [this, done = std::move(done)](const std::exception_ptr& error, const std::string&) {
            parts_.inventory.look_soon();
            done(error ? text_of(error) : std::string{});
        });
}

} // namespace director
