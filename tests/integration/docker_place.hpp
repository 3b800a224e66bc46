#pragma once

#include "runtime/docker_runtime.hpp"
#include "support/child.hpp"
#include "support/process.hpp"
#include "support/temp_directory.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace integration {

namespace fs = std::filesystem;

inline runtime::Wait within(std::chrono::milliseconds limit = std::chrono::seconds{60}) {
    return {base::Deadline::after(limit), -1};
}

/// A Docker Engine of these tests alone, with a bridge of its own, so that it can publish ports
/// without a rule in the system's firewall. Goes with the object, as all that it runs.
class PrivateEngine {
public:
    /// Whether this machine can have one: root, dockerd and the right to make a bridge.
    static bool possible();

    /// Throws std::runtime_error with its log when it does not come up.
    PrivateEngine();
    ~PrivateEngine();
    PrivateEngine(const PrivateEngine&) = delete;
    PrivateEngine& operator=(const PrivateEngine&) = delete;

    [[nodiscard]] std::string socket() const { return directory_.path() / "docker.sock"; }
    /// Runs the docker program on it.
    support::Finished docker(std::vector<std::string> arguments) const;

private:
    support::TempDirectory directory_;
    std::string bridge_;
    std::optional<support::Child> child_;
};

/// The engine that all tests of this program share.
PrivateEngine& shared_engine();

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
