#include "host/local_runtimes.hpp"

#include "docker/engine.hpp"
#include "runtime/docker_runtime.hpp"
#include "runtime/tmux_runtime.hpp"

#include <cstdlib>
#include <unistd.h>

namespace host {

std::vector<std::unique_ptr<runtime::Runtime>> local_runtimes() {
    std::vector<std::unique_ptr<runtime::Runtime>> runtimes;
    runtimes.push_back(std::make_unique<runtime::DockerRuntime>(docker::engine_from_environment()));
    runtimes.push_back(
        std::make_unique<runtime::TmuxRuntime>(runtime::TmuxConfig::from_environment()));
    return runtimes;
}

bool is_docker_there() {
    const std::string socket = docker::engine_from_environment().address.unix_path;
    return socket.empty() || ::access(socket.c_str(), F_OK) == 0;
}

bool is_docker_expected() {
    const char* const host = std::getenv("DOCKER_HOST");
    return (host != nullptr && *host != '\0') || is_docker_there();
}

std::vector<Image> local_images(const Wait& wait) {
    docker::Client engine{docker::engine_from_environment(), wait.stop_fd};
    std::vector<Image> found;
    for (const docker::Image& image : engine.images(wait.deadline))
        for (const std::string& name : image.names)
            if (name.starts_with(runtime::service_image_prefix))
                found.push_back({name, image.id, image.created_ms, image.bytes});
    return found;
}

} // namespace host
