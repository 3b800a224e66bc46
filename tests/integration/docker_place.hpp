#pragma once

#include "runtime/docker_runtime.hpp"
#include "support/docker_engine.hpp"
#include "support/process.hpp"
#include "support/temp_directory.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace integration {

namespace fs = std::filesystem;

inline runtime::Wait within(std::chrono::milliseconds limit = std::chrono::seconds{60}) {
    return {base::Deadline::after(limit), -1};
}

/// The engine of this program's tests alone.
support::DockerEngine& own_engine();

/// Runs the docker program on it.
support::Finished docker_program(std::vector<std::string> arguments);

/// Folders, ports and locks of one test. Its containers go with it.
class DockerPlace {
public:
    DockerPlace();
    ~DockerPlace();
    DockerPlace(const DockerPlace&) = delete;
    DockerPlace& operator=(const DockerPlace&) = delete;

    [[nodiscard]] runtime::DockerRuntime runtime() const;
    /// An image FROM scratch whose entrypoint is busybox's shell on `script`, in a folder.
    /// `more` are lines of its Dockerfile.
    [[nodiscard]] runtime::ServiceSpec service(const std::string& name, const std::string& script,
                                               const std::string& more = {}) const;
    runtime::Instance launch(runtime::DockerRuntime& docker,
                             const runtime::ServiceSpec& spec) const;
    /// The same, and makes it the service.
    runtime::Instance run(runtime::DockerRuntime& docker, const runtime::ServiceSpec& spec) const;

    support::TempDirectory directory;
    runtime::PortRange ports;
    http::Endpoint engine;
};

} // namespace integration
