#pragma once

#include "rpc/result.hpp"
#include "runtime/readiness.hpp"
#include "runtime/runtime.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace host {

using runtime::LogOptions;
using runtime::LogSink;
using runtime::Progress;
using runtime::Readiness;
using runtime::Wait;

struct Method {
    std::string name;
    std::string role; // none, task, listener, handler, enricher
};

/// A service as people see it: what a runtime knows and what it says of itself on the bus.
struct Service {
    std::string name;
    std::optional<runtime::Instance> instance; // nothing: it only answers on the bus
    bool answers = false;                      // to __status
    std::vector<Method> methods;
    std::string status; // the __status result, JSON text; empty if it did not answer
};

struct RunRequest {
    runtime::ServiceSpec spec; // folder and image may be empty: found by name
    std::string runtime;       // "docker", "tmux"; empty: docker where it runs, else tmux
    std::string ran_by;        // where it was before; it goes nowhere else while that is away
    Readiness until = Readiness::answers;
};

struct Image {
    std::string name;
    std::string id;
    std::int64_t created_ms = 0;
    std::uint64_t bytes = 0;
};

/// What a service needs, and how much it does.
struct Usage {
    runtime::Usage of;
    std::optional<std::uint64_t> calls; // since it started, as it says itself
};

/// The services of one machine: this one (LocalHost) or that of a director (RemoteHost). Blocks;
/// throws base::Error. One object is used by one thread.
class Host {
public:
    virtual ~Host() = default;

    virtual std::vector<Service> list(const Wait& wait) = 0;
    virtual std::optional<Service> find(std::string_view name, const Wait& wait) = 0;
    virtual std::string build(const RunRequest& request, const Progress& progress,
                              const Wait& wait) = 0;
    virtual Service run(const RunRequest& request, const Progress& progress, const Wait& wait) = 0;
    /// The runtime's own record, JSON text; nothing: unknown.
    virtual std::optional<std::string> inspect(std::string_view name, const Wait& wait) = 0;

    // Each gives false for an unknown service.
    virtual bool start(std::string_view name, const Wait& wait) = 0;
    virtual bool stop(std::string_view name, std::chrono::seconds grace, const Wait& wait) = 0;
    virtual bool restart(std::string_view name, std::chrono::seconds grace, const Wait& wait) = 0;
    virtual bool remove(std::string_view name, std::chrono::seconds grace, const Wait& wait) = 0;
    virtual bool logs(std::string_view name, const LogOptions& options, const LogSink& sink,
                      const Wait& wait) = 0;

    /// Calls a method; `params` is JSON text. Tells how that ended, and throws for what keeps it
    /// from being called.
    virtual rpc::Result call(std::string_view service, std::string_view method,
                             std::string_view params, const Wait& wait) = 0;
    /// Sends what nobody answers. Tells how many listen to the name.
    virtual std::int64_t notify(std::string_view service, std::string_view method,
                                std::string_view params, const Wait& wait) = 0;

    virtual std::vector<Image> images(const Wait& wait) = 0;
    virtual std::vector<Usage> usage(const Wait& wait) = 0;

    /// Removes the candidates that no run under way will promote and, where `stopped`, services
    /// that do not run; gives what it removed.
    virtual std::vector<runtime::Instance> prune(bool stopped, const Wait& wait) = 0;
};

} // namespace host
