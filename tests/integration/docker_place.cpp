#include "docker_place.hpp"

#include "support/socket.hpp"

#include <algorithm>
#include <cstdlib>

namespace integration {

support::DockerEngine& own_engine() {
    static support::DockerEngine engine{support::DockerEngine::Whose::own};
    return engine;
}

support::Finished docker_program(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"docker", "-H", own_engine().url()});
    return support::run(arguments);
}

DockerPlace::DockerPlace() {
    ::setenv("XDG_RUNTIME_DIR", directory.path().c_str(), 1);
    ports.first = std::min<std::uint16_t>(support::free_port(), 65000);
    ports.last = static_cast<std::uint16_t>(ports.first + 50);
    engine.address.unix_path = own_engine().socket_path();
}

DockerPlace::~DockerPlace() {
    const std::string all = docker_program({"ps", "-aq"}).out;
    for (std::size_t at = 0, end = 0; (end = all.find('\n', at)) != all.npos; at = end + 1)
        docker_program({"rm", "-f", all.substr(at, end - at)});
}

runtime::DockerRuntime DockerPlace::runtime() const {
    return runtime::DockerRuntime{engine, directory.path() / "ports"};
}

runtime::ServiceSpec DockerPlace::service(const std::string& name, const std::string& script,
                                          const std::string& more) const {
    const fs::path folder = directory.path() / "services" / name;
    fs::create_directories(folder);
    fs::copy_file(support::DockerEngine::busybox(), folder / "sh",
                  fs::copy_options::overwrite_existing);
    directory.write("services/" + name + "/run", script);
    directory.write("services/" + name + "/Dockerfile",
                    "FROM scratch\nCOPY sh /bin/sh\nCOPY run /run.sh\n" + more +
                        "\nENTRYPOINT [\"/bin/sh\", \"/run.sh\"]\n");
    runtime::ServiceSpec spec;
    spec.name = name;
    spec.folder = folder;
    spec.ports = ports;
    return spec;
}

runtime::Instance DockerPlace::launch(runtime::DockerRuntime& docker,
                                      const runtime::ServiceSpec& spec) const {
    return docker.launch(spec, docker.build(spec, {}, within()), within());
}

runtime::Instance DockerPlace::run(runtime::DockerRuntime& docker,
                                   const runtime::ServiceSpec& spec) const {
    const runtime::Instance candidate = launch(docker, spec);
    docker.promote(candidate, within());
    return docker.find(spec.name, within()).value();
}

} // namespace integration
