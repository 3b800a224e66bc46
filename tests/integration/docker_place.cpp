#include "docker_place.hpp"

#include "base/unique_fd.hpp"
#include "support/eventually.hpp"
#include "support/socket.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

namespace integration {

using namespace std::chrono_literals;

namespace {

constexpr const char* busybox = "/bin/busybox"; // linked statically: it runs without a system

bool is_program(const std::string& name) {
    return support::run({"/bin/sh", "-c", "command -v " + name}).status == 0;
}

bool ip(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "ip");
    return support::run(arguments).status == 0;
}

/// No two test programs that run at the same time have the same.
int own_number() {
    return 1 + static_cast<int>(::getpid() % 250);
}

} // namespace

bool PrivateEngine::possible() {
    return ::geteuid() == 0 && is_program("dockerd") && is_program("docker") && is_program("ip") &&
           fs::exists(busybox) && ip({"link", "add", "bktest", "type", "bridge"}) &&
           ip({"link", "del", "bktest"});
}

PrivateEngine::PrivateEngine() : bridge_("bk" + std::to_string(::getpid())) {
    const std::string folder = directory_.path();
    ip({"link", "add", bridge_, "type", "bridge"});
    ip({"addr", "add", "10.213." + std::to_string(own_number()) + ".1/24", "dev", bridge_});
    ip({"link", "set", bridge_, "up"});
    const base::UniqueFd null{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    const base::UniqueFd log{
        ::open((folder + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
    child_.emplace(std::vector<std::string>{"dockerd", "-H", "unix://" + socket(), "--data-root",
                                            folder + "/data", "--exec-root", folder + "/exec",
                                            "--pidfile", folder + "/pid", "--bridge=" + bridge_,
                                            "--iptables=false", "--ip6tables=false",
                                            "--ip-masq=false"},
                   support::Streams{null.get(), log.get(), log.get()});
    const bool up = support::eventually(
        30s, [this] { return child_->poll() || docker({"version"}).status == 0; });
    if (!up || child_->poll())
        throw std::runtime_error("dockerd does not come up; its log says:\n" +
                                 support::read_file(folder + "/log"));
}

PrivateEngine::~PrivateEngine() {
    child_->signal(SIGTERM);
    child_->wait(20s);
    ip({"link", "del", bridge_});
    // What an engine that was killed leaves mounted would be in the way of the removal.
    support::run({"umount", "-R", "-q", directory_.path() / "data"});
}

support::Finished PrivateEngine::docker(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"docker", "-H", "unix://" + socket()});
    return support::run(arguments);
}

PrivateEngine& shared_engine() {
    static PrivateEngine engine;
    return engine;
}

DockerPlace::DockerPlace() {
    ::setenv("XDG_RUNTIME_DIR", directory.path().c_str(), 1);
    ports.first = std::min<std::uint16_t>(support::free_port(), 65000);
    ports.last = static_cast<std::uint16_t>(ports.first + 50);
    engine.address.unix_path = shared_engine().socket();
}

DockerPlace::~DockerPlace() {
    const std::string all = shared_engine().docker({"ps", "-aq"}).out;
    for (std::size_t at = 0, end = 0; (end = all.find('\n', at)) != all.npos; at = end + 1)
        shared_engine().docker({"rm", "-f", all.substr(at, end - at)});
}

runtime::DockerRuntime DockerPlace::runtime() const {
    return runtime::DockerRuntime{engine, directory.path() / "ports"};
}

runtime::ServiceSpec DockerPlace::service(const std::string& name, const std::string& script,
                                          const std::string& more) const {
    const fs::path folder = directory.path() / "services" / name;
    fs::create_directories(folder);
    fs::copy_file(busybox, folder / "sh", fs::copy_options::overwrite_existing);
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
