#include "host/local_host.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "host/bus_services.hpp"
#include "rpc/call_once.hpp"
#include "rpc/status.hpp"
#include "runtime/deployment.hpp"
#include "runtime/run_lock.hpp"
#include "runtime/service_name.hpp"
#include "runtime/state_word.hpp"

#include <algorithm>
#include <future>
#include <map>

namespace host {

using base::Error;
using base::ErrorKind;
using runtime::Instance;
using runtime::Runtime;
using runtime::ServiceFolder;

namespace {

/// A second look, once nobody can run it.
bool is_left_over(Runtime& runtime, const Instance& instance, const Wait& wait) {
    for (const Instance& now : runtime.list(true, wait))
        if (now.id == instance.id)
            return now.candidate == instance.candidate &&
                   (now.candidate || runtime::has_ended(now.state));
    return false;
}

} // namespace

LocalHost::LocalHost(LocalConfig config, std::vector<std::unique_ptr<Runtime>> runtimes)
    : config_(std::move(config)), runtimes_(std::move(runtimes)) {}

void LocalHost::tell(std::string_view what, const Error& error) const {
    if (!can_be_left_out(error))
        throw error; // NOLINT: a copy of the same type
    if (config_.on_trouble)
        config_.on_trouble(what, error);
}

/// A bus that is slow is as good as one that is away: what it knows is an addition.
void LocalHost::tell_of_bus(const Error& error) const {
    if (error.kind() != ErrorKind::timeout)
        tell("bus", error);
    else if (config_.on_trouble)
        config_.on_trouble("bus", error);
}

bool LocalHost::is_missed(const Runtime& runtime, const Error& error) const {
    return can_be_left_out(error) && config_.is_there && config_.is_there(runtime.name());
}

template <class Ask> bool LocalHost::ask_each(Ask ask, std::optional<Error>* missed) {
    for (const auto& runtime : runtimes_) {
        try {
            if (ask(*runtime))
                return true;
        } catch (const Error& error) {
            if (missed != nullptr && is_missed(*runtime, error))
                *missed = error;
            else
                tell(runtime->name(), error);
        }
    }
    return false;
}

template <class Ask> bool LocalHost::ask_for_one(Ask ask) {
    std::optional<Error> missed;
    const bool found = ask_each(ask, &missed);
    if (!found && missed)
        throw *std::move(missed);
    return found;
}

std::future<std::vector<Service>> LocalHost::ask_bus(const Wait& wait) const {
    if (!config_.bus)
        return {};
    const Wait limit{
        base::Deadline::earlier(wait.deadline, base::Deadline::after(config_.status_patience)),
        wait.stop_fd};
    return std::async(std::launch::async,
                      [this, limit] { return services_on_bus(*config_.bus, limit); });
}

std::vector<Service> LocalHost::answers_of(std::future<std::vector<Service>> asked) const {
    try {
        if (asked.valid())
            return asked.get();
    } catch (const Error& error) {
        tell_of_bus(error);
    }
    return {};
}

std::vector<Service> LocalHost::list(const Wait& wait) {
    auto asked = ask_bus(wait);
    std::map<std::string, Service, std::less<>> services;
    ask_each([&](Runtime& runtime) {
        for (Instance& instance : runtime.list(false, wait)) {
            const std::string name = instance.name;
            services.try_emplace(name, Service{name, std::move(instance)});
        }
        return false;
    });
    for (Service& service : answers_of(std::move(asked))) {
        Service& known = services[service.name];
        auto instance = std::move(known.instance);
        known = std::move(service);
        known.instance = std::move(instance);
    }
    std::vector<Service> all;
    for (auto& [name, service] : services)
        all.push_back(std::move(service));
    return all;
}

std::optional<LocalHost::Found>
LocalHost::look_for(std::string_view name, std::optional<Error>& missed, const Wait& wait) {
    std::optional<Found> found;
    ask_each(
        [&](Runtime& runtime) {
            if (auto instance = runtime.find(name, wait))
                found = Found{&runtime, *std::move(instance)};
            return found.has_value();
        },
        &missed);
    return found;
}

std::optional<Service> LocalHost::find(std::string_view name, const Wait& wait) {
    runtime::require_service_name(name);
    Service service;
    service.name = name;
    std::optional<Error> missed;
    auto found = look_for(name, missed, wait);
    if (config_.bus) {
        // One that a runtime does not know may be on another machine, and take its time.
        const Wait limit{
            base::Deadline::earlier(wait.deadline, base::Deadline::after(std::chrono::seconds{1})),
            wait.stop_fd};
        try {
            service = service_on_bus(*config_.bus, service.name, limit);
        } catch (const Error& error) {
            tell_of_bus(error);
        }
    }
    if (found)
        service.instance = std::move(found->instance);
    else if (!service.answers && missed)
        throw *std::move(missed);
    else if (!service.answers)
        return std::nullopt;
    return service;
}

std::string LocalHost::build(const RunRequest& request, const Progress& progress,
                             const Wait& wait) {
    RunRequest unasked = request; // an image needs no bus
    unasked.until = Readiness::started;
    const Plan what = plan(unasked, wait);
    return what.runtime->build(what.spec, progress, wait);
}

Service LocalHost::run(const RunRequest& request, const Progress& progress, const Wait& wait) {
    const Plan what = plan(request, wait);
    runtime::Deployment deployment{*what.runtime, config_.bus, config_.ready_within};
    Service service{what.spec.name, deployment.run(what.spec, request.until, progress, wait)};
    // One name is one service, so the one that another runtime has makes room.
    for (const auto& other : runtimes_) {
        try {
            if (other.get() != what.runtime)
                other->remove(what.spec.name, std::chrono::seconds{10}, wait);
        } catch (const Error& error) {
            tell(other->name(), error);
        }
    }
    if (request.until == Readiness::answers && config_.bus) {
        auto instance = std::move(service.instance);
        service = service_on_bus(*config_.bus, service.name,
                                 {base::Deadline::after(config_.status_patience), wait.stop_fd});
        service.instance = std::move(instance);
    }
    return service;
}

std::optional<std::string> LocalHost::inspect(std::string_view name, const Wait& wait) {
    std::optional<std::string> text;
    ask_each([&](Runtime& runtime) {
        text = runtime.inspect(name, wait);
        return text.has_value();
    });
    return text;
}

bool LocalHost::start(std::string_view name, const Wait& wait) {
    return ask_for_one([&](Runtime& runtime) { return runtime.start(name, wait); });
}

bool LocalHost::stop(std::string_view name, std::chrono::seconds grace, const Wait& wait) {
    return ask_for_one([&](Runtime& runtime) { return runtime.stop(name, grace, wait); });
}

bool LocalHost::restart(std::string_view name, std::chrono::seconds grace, const Wait& wait) {
    return ask_for_one([&](Runtime& runtime) { return runtime.restart(name, grace, wait); });
}

bool LocalHost::remove(std::string_view name, std::chrono::seconds grace, const Wait& wait) {
    return ask_for_one([&](Runtime& runtime) { return runtime.remove(name, grace, wait); });
}

bool LocalHost::logs(std::string_view name, const LogOptions& options, const LogSink& sink,
                     const Wait& wait) {
    std::optional<Error> missed;
    const auto found = look_for(name, missed, wait);
    if (!found && missed)
        throw *std::move(missed);
    return found && found->runtime->logs(found->instance.id, options, sink, wait);
}

const redis::Config& LocalHost::bus_for(std::string_view service) const {
    if (!config_.bus)
        throw Error(ErrorKind::usage, std::string(service), "cannot be called without a bus",
                    "name it with --url");
    return *config_.bus;
}

rpc::Result LocalHost::call(std::string_view service, std::string_view method,
                            std::string_view params, const Wait& wait) {
    const rpc::Call call{std::string(service), std::string(method), std::string(params)};
    return std::move(rpc::call_all(bus_for(service), {&call, 1},
                                   {.deadline = wait.deadline, .stop_fd = wait.stop_fd})
                         .front());
}

std::int64_t LocalHost::notify(std::string_view service, std::string_view method,
                               std::string_view params, const Wait& wait) {
    return rpc::notify_once(bus_for(service),
                            {std::string(service), std::string(method), std::string(params)},
                            {.deadline = wait.deadline, .stop_fd = wait.stop_fd});
}

std::vector<Image> LocalHost::images(const Wait& wait) {
    return config_.images ? config_.images(wait) : std::vector<Image>{};
}

std::vector<Usage> LocalHost::usage(const Wait& wait) {
    auto asked = ask_bus(wait);
    std::vector<Usage> all;
    ask_each([&](Runtime& runtime) {
        for (runtime::Usage& usage : runtime.usage(wait))
            all.push_back({std::move(usage), {}});
        return false;
    });
    std::ranges::sort(all, {},
                      [](const Usage& usage) -> const std::string& { return usage.of.name; });
    const std::vector<Service> answering = answers_of(std::move(asked));
    for (Usage& usage : all)
        if (const auto at = std::ranges::find(answering, usage.of.name, &Service::name);
            at != answering.end())
            usage.calls = rpc::parse_status(at->status).calls;
    return all;
}

std::vector<Instance> LocalHost::prune(bool stopped, const Wait& wait) {
    std::vector<Instance> removed;
    ask_each([&](Runtime& runtime) {
        for (Instance& instance : runtime.list(true, wait)) {
            if (!instance.candidate && !(stopped && runtime::has_ended(instance.state)))
                continue;
            const auto lock = runtime::RunLock::try_take(instance.name);
            if (!lock)
                continue; // it is being run just now
            if (!is_left_over(runtime, instance, wait))
                continue; // somebody was faster
            if (instance.candidate)
                runtime.discard(instance, wait);
            else
                runtime.remove(instance.name, std::chrono::seconds{10}, wait);
            removed.push_back(std::move(instance));
        }
        return false;
    });
    return removed;
}

} // namespace host
