// LocalHost's way from a request to what a runtime is asked for.
#include "base/error.hpp"
#include "base/printable.hpp"
#include "base/url.hpp"
#include "host/local_host.hpp"
#include "runtime/environment_file.hpp"
#include "runtime/service_name.hpp"

#include <string>

namespace host {

using base::Error;
using base::ErrorKind;
using runtime::Runtime;
using runtime::ServiceFolder;

namespace {

bool fits(const Runtime& runtime, const RunRequest& request,
          const std::optional<ServiceFolder>& folder) {
    const bool containers = runtime.name() == "docker";
    if (!request.spec.image.empty())
        return containers;
    return folder && (containers ? folder->has_dockerfile : folder->has_program);
}

void add_default(runtime::Variables& variables, std::string_view name, std::string_view value) {
    if (runtime::find_variable(variables, name) == nullptr)
        variables.emplace_back(name, value);
}

} // namespace

/// What is left out of a list rather than failing it.
bool LocalHost::can_be_left_out(const Error& error) noexcept {
    return error.kind() == ErrorKind::unavailable || error.kind() == ErrorKind::no_permission;
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
            if (!can_be_left_out(error))
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

} // namespace host
