#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace docker {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// A port of a container and, where it is published, of the host.
struct Port {
    std::uint16_t container_port = 0;
    std::uint16_t host_port = 0; // 0: not published
    std::string host_address;
    std::string protocol = "tcp";
};

/// One row of the list of containers.
struct Container {
    std::string id;
    std::string name; // without the slash that the Engine puts before it
    std::string image;
    std::string state;  // created, running, paused, restarting, removing, exited, dead
    std::string status; // for people: "Up 5 minutes (unhealthy)", "Exited (1) 3 seconds ago"
    std::int64_t created_s = 0; // Unix time
    Labels labels;
    std::vector<Port> ports;

    /// The label's value, or nothing.
    [[nodiscard]] std::optional<std::string_view> label(std::string_view name) const noexcept;
};

/// All that we want to know of one container.
struct ContainerDetail : Container {
    std::int64_t started_ms = 0;  // Unix time, 0: never
    std::int64_t finished_ms = 0; // 0: never, or it runs
    int exit_code = 0;            // of its last end
    bool out_of_memory = false;   // its last end was the kernel's doing
    std::uint32_t restarts = 0;   // by its restart policy
    std::string health;           // healthy, unhealthy, starting; empty: it has no check
    std::string error;            // why it could not be started
    std::int64_t pid = 0;
    std::uint64_t memory_bytes = 0; // limit, 0: none
    std::string json;               // the Engine's own answer
};

/// What a container is made from. The Engine's defaults stand for what is left empty.
struct ContainerSpec {
    std::string image;
    std::string hostname;
    std::vector<std::string> command;     // the image's own if empty
    std::vector<std::string> environment; // NAME=value
    Labels labels;
    std::string stop_signal;
    std::string restart_policy; // no, on-failure, always, unless-stopped
    std::string network;
    std::vector<std::string> extra_hosts; // "name:address" for its /etc/hosts
    std::vector<Port> ports;
    std::uint64_t memory_bytes = 0;
    std::uint32_t pids = 0;
    bool drop_capabilities = false; // all but those in `capabilities`
    std::vector<std::string> capabilities;
    bool no_new_privileges = false;
};

/// What a running container has used.
struct Usage {
    std::uint64_t cpu_ns = 0;       // since it was started, of all processors
    std::uint64_t memory_bytes = 0; // without the page cache that the kernel would give up
    std::uint64_t memory_limit = 0;
};

} // namespace docker
