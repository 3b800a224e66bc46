#pragma once

#include "base/clock.hpp"
#include "runtime/tmux_runtime.hpp"
#include "support/process.hpp"
#include "support/socket.hpp"
#include "support/temp_directory.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace integration {

namespace fs = std::filesystem;

inline runtime::Wait patience(std::chrono::milliseconds limit = std::chrono::seconds{20}) {
    return {base::Deadline::after(limit), -1};
}

/// A tmux server, records and services of this test alone.
class Place {
public:
    Place() {
        ::setenv("XDG_RUNTIME_DIR", directory.path().c_str(), 1);
        // A free port of the system's range, and some behind it: other tests have their own.
        ports.first = support::free_port();
        ports.last = static_cast<std::uint16_t>(std::min(ports.first + 50, 65535));
    }
    ~Place() { support::run({"tmux", "-S", socket(), "kill-server"}); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    [[nodiscard]] std::string socket() const { return directory.path() / "tmux.sock"; }
    [[nodiscard]] runtime::TmuxRuntime runtime() const {
        return runtime::TmuxRuntime{
            {directory.path() / "state", directory.path() / "ports", socket(), SUPERVISOR}};
    }
    [[nodiscard]] runtime::ServiceSpec service(const std::string& name,
                                               const std::string& script) const {
        fs::create_directories(directory.path() / name);
        fs::permissions(directory.write(name + "/run", "#!/bin/sh\n" + script),
                        fs::perms::owner_all);
        runtime::ServiceSpec spec;
        spec.name = name;
        spec.folder = directory.path() / name;
        spec.ports = ports;
#ifdef __SANITIZE_ADDRESS__
        spec.memory_bytes = 0; // the sanitizer's own memory is beyond any limit
#endif
        return spec;
    }
    runtime::Instance launch(runtime::TmuxRuntime& tmux, const runtime::ServiceSpec& spec) const {
        return tmux.launch(spec, tmux.build(spec, {}, patience()), patience());
    }
    runtime::Instance run(runtime::TmuxRuntime& tmux, const runtime::ServiceSpec& spec) const {
        runtime::Instance instance = launch(tmux, spec);
        tmux.promote(instance, patience());
        return tmux.find(spec.name, patience()).value();
    }
    [[nodiscard]] std::string sessions() const {
        return support::run({"tmux", "-S", socket(), "list-sessions", "-F", "#S"}).out;
    }

    support::TempDirectory directory;
    runtime::PortRange ports;
};

} // namespace integration
