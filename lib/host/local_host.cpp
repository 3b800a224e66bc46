#include "host/local_host.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "base/url.hpp"
#include "host/bus_services.hpp"
#include "rpc/call_once.hpp"
#include "rpc/status.hpp"
#include "runtime/deployment.hpp"
#include "runtime/environment_file.hpp"
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

/// What is left out of a list rather than failing it.
bool is_away(const Error& error) {
    return error.kind() == ErrorKind::unavailable || error.kind() == ErrorKind::no_permission;
}

bool fits(const Runtime& runtime, const RunRequest& request,
          const std::optional<ServiceFolder>& folder) {
    const bool containers = runtime.name() == "docker";
    if (!request.spec.image.empty())
        return containers;
    return folder && (containers ? folder->has_dockerfile : folder->has_program);
}

/// A second look, once nobody can run it.
bool is_left_over(Runtime& runtime, const Instance& instance, const Wait& wait) {
    for (const Instance& now : runtime.list(true, wait))
        if (now.id == instance.id)
            return now.candidate == instance.candidate &&
                   (now.candidate || runtime::has_ended(now.state));
    return false;
}

void add_default(runtime::Variables& variables, std::string_view name, std::string_view value) {
    if (runtime::find_variable(variables, name) == nullptr)
        variables.emplace_back(name, value);
}

} // namespace

LocalHost::LocalHost(LocalConfig config, std::vector<std::unique_ptr<Runtime>> runtimes)
    : config_(std::move(config)), runtimes_(std::move(runtimes)) {}

void LocalHost::tell(std::string_view what, const Error& error) const {
    if (!is_away(error))
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
    return is_away(error) && config_.is_there && config_.is_there(runtime.name());
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

Runtime& LocalHost::choose(const RunRequest& request, const std::optional<ServiceFolder>& folder,
                           const Wait& wait) {
    if (!request.runtime.empty()) {
        for (const auto& runtime : runtimes_)
            if (runtime->name() == request.runtime)
                return *runtime;
        throw Error(ErrorKind::usage, "runtime " + base::quoted(request.runtime),
                    "is not known here", "docker and tmux are");
    }
    Runtime* first = nullptr;
    std::optional<Error> away;
    bool may_have_it = false; // the one that is away
    for (const auto& runtime : runtimes_) {
        if (!fits(*runtime, request, folder))
            continue;
        try {
            if (runtime->find(request.spec.name, wait))
                return *runtime; // where it was run before
            if (first == nullptr)
                first = runtime.get();
        } catch (const Error& error) {
            if (!is_away(error))
                throw;
            may_have_it = request.ran_by == runtime->name() ||
                          (error.kind() == ErrorKind::unavailable && is_missed(*runtime, error));
            away = error;
        }
    }
    if (first != nullptr && !may_have_it)
        return *first;
    if (away)
        throw Error(away->kind(), away->subject(), away->why(),
                    first != nullptr
                        ? away->hint() + ", or use --runtime " + std::string(first->name())
                    : folder && !folder->has_program
                        ? "without Docker a service needs an executable `run` in its folder"
                        : away->hint());
    throw Error(ErrorKind::data, base::quoted(request.spec.name), "can be run by no runtime here",
                "it needs a Dockerfile for docker, or an executable `run` for tmux");
}

LocalHost::Plan LocalHost::plan(const RunRequest& request, const Wait& wait) {
    runtime::require_service_name(request.spec.name);
    for (const auto& [name, value] : request.spec.environment)
        runtime::require_variable_name(name);
    Plan plan{nullptr, request.spec};
    std::optional<ServiceFolder> folder;
    if (plan.spec.image.empty()) {
        if (plan.spec.folder.empty()) {
            folder = config_.path.require(plan.spec.name);
            plan.spec.folder = folder->path;
        } else {
            folder = runtime::open_service_folder(plan.spec.name, plan.spec.folder);
        }
        auto environment = runtime::read_environment_file(folder->environment_file());
        for (const auto& [name, value] : request.spec.environment)
            runtime::set_variable(environment, name, value);
        plan.spec.environment = std::move(environment);
    }
    plan.runtime = &choose(request, folder, wait);
    complete(plan.spec, *plan.runtime, request.until);
    return plan;
}

/// What a service needs to find the bus: our name for it, and those of the original (WIRE.md 1.5).
void LocalHost::complete(runtime::ServiceSpec& spec, const Runtime& runtime,
                         Readiness until) const {
    const bool container = runtime.name() == "docker";
    if (container && !config_.band_url.empty())
        add_default(spec.environment, "BAND_URL", config_.band_url);
    const std::string& text = container ? config_.container_bus_url : config_.bus_url;
    if (text.empty() || runtime::find_variable(spec.environment, "BAND_BUS") != nullptr)
        return;
    const base::Url url = base::Url::parse(text);
    if (url.scheme != "redis" && container) {
        if (until == Readiness::started)
            return; // it is not asked for anything there
        throw Error(ErrorKind::config, "bus " + base::redact_url(text),
                    "a service in a container cannot reach a socket of this machine",
                    "name the bus by host and port, or give the service --env BAND_BUS=URL");
    }
    spec.environment.emplace_back("BAND_BUS", text);
    add_default(spec.environment, "REDIS_DSN", text);
    if (url.scheme != "redis")
        return;
    spec.reaches_host = url.host == runtime::host_name_in_containers;
    add_default(spec.environment, "REDIS_HOST", url.host);
    add_default(spec.environment, "REDIS_PORT", std::to_string(url.port == 0 ? 6379 : url.port));
}

std::string LocalHost::build(const RunRequest& request, const Progress& progress,
                             const Wait& wait) {
    const Plan what = plan(request, wait);
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
