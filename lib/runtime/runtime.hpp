#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runtime {

/// How long a blocking operation may take, and what interrupts it (a descriptor that becomes
/// readable; -1: nothing). Such operations throw Error(timeout) and Error(interrupted).
struct Wait {
    base::Deadline deadline = base::Deadline::never();
    int stop_fd = -1;
};

struct PortRange {
    std::uint16_t first = 8900;
    std::uint16_t last = 8999;
};

/// What a container calls the machine that it runs on, as Docker Desktop does.
inline constexpr std::string_view host_name_in_containers = "host.docker.internal";

/// Everything that says how a service is to run. WIRE.md 1.5 has the defaults' origin.
struct ServiceSpec {
    std::string name;             // [a-z0-9][a-z0-9_.-]{0,62}
    std::filesystem::path folder; // what to build, or where to start the program; empty: `image`
    std::string image;            // empty: the one that is built from the folder
    std::vector<std::pair<std::string, std::string>> environment;
    std::vector<std::pair<std::string, std::string>> labels;
    std::string network;       // empty: the runtime's default
    bool reaches_host = false; // a container that knows this machine as host_name_in_containers
    std::string bind_address = "127.0.0.1"; // where its host ports listen
    PortRange ports;
    std::uint64_t memory_bytes = 367001600; // 350 MiB
    std::uint32_t pids = 512;
    std::string restart_policy = "unless-stopped"; // no, on-failure, always, unless-stopped
    bool no_cache = false;
    bool pull = false;
    std::chrono::milliseconds build_within = std::chrono::minutes{15}; // of one image
};

struct PortBinding {
    std::uint16_t service_port = 0; // what the service listens on; in tmux the same as host_port
    std::uint16_t host_port = 0;
    std::string host_address;
};

enum class State : std::uint8_t { created, running, paused, restarting, stopped, failed };

/// One instance of a service as a runtime sees it.
struct Instance {
    std::string name;       // of the service
    std::string id;         // the runtime's own: a container id, a tmux session
    std::string runtime;    // "docker" or "tmux"
    std::string run_id;     // label band.run; tells one launch from the next
    bool candidate = false; // launched, and not yet promoted to be the service
    State state = State::created;
    std::string detail; // for people: "exited (1) 3 s ago", "out of memory 3 times"
    std::optional<int> exit_code;
    std::int64_t started_ms = 0; // Unix time; 0: never
    std::uint32_t restarts = 0;
    std::vector<PortBinding> ports;
    std::string image; // or the command line
};

struct Usage {
    std::string name;
    double cpu_percent = 0; // of one core
    std::uint64_t memory_bytes = 0;
    std::uint64_t memory_limit = 0;
};

struct LogOptions {
    bool follow = false;
    std::optional<std::int64_t> since_ms; // Unix time
    std::optional<std::size_t> last_lines;
};

/// Gets each line without its newline; `err` tells standard error where the runtime knows.
/// Returning false ends the reading.
using LogSink = std::function<bool(std::string_view line, bool err, std::int64_t time_ms)>;

/// Told what a long operation is doing, for a progress display; `line` may be empty.
using Progress = std::function<void(std::string_view phase, std::string_view line)>;

/// Runs services on this machine. All operations block; each throws base::Error: unavailable (the
/// engine is away), data (a folder that cannot be built; carries the last lines of the build's
/// output), no (the engine refused), timeout, interrupted. One object is used by one thread.
///
/// A new version of a service is launched beside the old one, and takes its place only by
/// `promote`, so a failed start is no outage. What a crash leaves in between is told by
/// `Instance::candidate` and `run_id`, and cleaned up by `reconcile`.
class Runtime {
public:
    virtual ~Runtime() = default;

    [[nodiscard]] virtual std::string_view name() const noexcept = 0;

    /// Makes the service's image; gives its name. A runtime without images checks the folder.
    virtual std::string build(const ServiceSpec& spec, const Progress& progress,
                              const Wait& wait) = 0;

    /// Starts a candidate on free ports.
    virtual Instance launch(const ServiceSpec& spec, const std::string& image,
                            const Wait& wait) = 0;
    /// Makes the candidate the service, and removes the one that was it before.
    virtual void promote(const Instance& candidate, const Wait& wait) = 0;
    /// Removes a candidate with everything that it started.
    virtual void discard(const Instance& candidate, const Wait& wait) = 0;
    /// Finishes or rolls back launches that a crash interrupted; leaves alone those of a service
    /// whose RunLock somebody holds.
    virtual void reconcile(const Wait& wait) = 0;

    /// Services only; candidates too where `candidates`.
    virtual std::vector<Instance> list(bool candidates, const Wait& wait) = 0;
    virtual std::optional<Instance> find(std::string_view service, const Wait& wait) = 0;
    /// What the runtime itself says about it, JSON text with secrets masked; nothing: unknown.
    virtual std::optional<std::string> inspect(std::string_view service, const Wait& wait) = 0;

    // Each gives false for a service that it does not know.
    virtual bool start(std::string_view service, const Wait& wait) = 0;
    /// SIGTERM, then SIGKILL after `grace`, for the whole process tree.
    virtual bool stop(std::string_view service, std::chrono::seconds grace, const Wait& wait) = 0;
    virtual bool restart(std::string_view service, std::chrono::seconds grace,
                         const Wait& wait) = 0;
    virtual bool remove(std::string_view service, std::chrono::seconds grace, const Wait& wait) = 0;
    /// `id` is Instance::id, so that a candidate's log can be read as well.
    virtual bool logs(std::string_view id, const LogOptions& options, const LogSink& sink,
                      const Wait& wait) = 0;

    virtual std::vector<Usage> usage(const Wait& wait) = 0;
};

} // namespace runtime
