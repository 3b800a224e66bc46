#include "host/local_runtimes.hpp"

#include "docker/engine.hpp"
#include "runtime/docker_runtime.hpp"
#include "runtime/tmux_runtime.hpp"

namespace host {

std::vector<std::unique_ptr<runtime::Runtime>> local_runtimes() {
    std::vector<std::unique_ptr<runtime::Runtime>> runtimes;
    runtimes.push_back(std::make_unique<runtime::DockerRuntime>(docker::engine_from_environment()));
    runtimes.push_back(
        std::make_unique<runtime::TmuxRuntime>(runtime::TmuxConfig::from_environment()));
    return runtimes;
}

} // namespace host
