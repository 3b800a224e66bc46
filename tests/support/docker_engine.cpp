#include "support/docker_engine.hpp"

#include "base/unique_fd.hpp"
#include "docker/client.hpp"
#include "support/eventually.hpp"
#include "support/process.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <sys/mount.h>
#include <unistd.h>

namespace support {

using namespace std::chrono_literals;

namespace {

constexpr const char* usual_socket = "/var/run/docker.sock";

std::string program(const std::string& name) {
    for (const std::string folder : {"/usr/bin/", "/bin/", "/usr/sbin/", "/usr/local/bin/"})
        if (::access((folder + name).c_str(), X_OK) == 0)
            return folder + name;
    return "";
}

void ip(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "ip");
    const auto done = run(arguments);
    if (done.status != 0)
        throw std::runtime_error("cannot make a bridge for dockerd: " + done.err);
}

bool engine_answers(const std::string& socket) {
    try {
        docker::Client client{{.address = {.unix_path = socket}}};
        client.version(base::Deadline::after(2s));
        return true;
    } catch (const std::runtime_error&) {
        return false; // not there yet
    }
}

} // namespace

std::string DockerEngine::busybox() {
    return program("busybox");
}

std::string DockerEngine::obstacle(Whose whose) {
    if (busybox().empty())
        return "no busybox (apt install busybox-static)";
    if (whose == Whose::any && engine_answers(usual_socket))
        return "";
    if (::geteuid() != 0)
        return "no Docker Engine answers, and only root can start one";
    if (program("ip").empty())
        return "no ip (apt install iproute2)";
    return program("dockerd").empty() ? "no Docker (apt install docker.io)" : "";
}

DockerEngine::DockerEngine(Whose whose) : socket_path_(usual_socket) {
    if (whose == Whose::any && engine_answers(usual_socket))
        return;
    directory_.emplace();
    socket_path_ = directory_->path() / "docker.sock";
    make_bridge();
    start();
}

DockerEngine::~DockerEngine() {
    if (!is_private())
        return;
    try {
        if (child_->poll())
            start();
        remove_containers(); // with live-restore they would outlive it
        child_->signal(SIGTERM);
        child_->wait(20s);
    } catch (const std::runtime_error&) { // NOLINT(bugprone-empty-catch): it is being thrown away
    }
    run({"ip", "link", "delete", bridge_});
    ::umount2((directory_->path() / "data").c_str(), MNT_DETACH);
}

/// Its own, with a network of its own: several Engines on docker0 take each other's addresses.
void DockerEngine::make_bridge() {
    const auto pid = static_cast<unsigned>(::getpid());
    bridge_ = "bdk" + std::to_string(pid);
    ip({"link", "add", bridge_, "type", "bridge"});
    ip({"address", "add",
        "10." + std::to_string(64 + pid / 256 % 128) + '.' + std::to_string(pid % 256) + ".1/24",
        "dev", bridge_});
    ip({"link", "set", bridge_, "up"});
}

void DockerEngine::start() {
    const std::string directory = directory_->path();
    // Left behind by kill9; with it the next start waits for a containerd that is gone.
    std::filesystem::remove(directory + "/exec/containerd/containerd.pid");
    std::filesystem::remove(directory + "/docker.pid");
    const base::UniqueFd null{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    const base::UniqueFd log{::open((directory + "/dockerd.log").c_str(),
                                    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
    child_.reset();
    child_.emplace(std::vector<std::string>{"dockerd", "--host", url(), "--data-root",
                                            directory + "/data", "--exec-root", directory + "/exec",
                                            "--pidfile", directory + "/docker.pid",
                                            "--live-restore"},
                   Streams{null.get(), log.get(), log.get()});
    if (!eventually(60s, [this] { return child_->poll() || answers(); }) || child_->poll())
        throw std::runtime_error("dockerd does not come up; its log says:\n" +
                                 read_file(directory + "/dockerd.log"));
}

bool DockerEngine::answers() const {
    return engine_answers(socket_path_);
}

void DockerEngine::kill9() {
    child_->signal(SIGKILL);
    child_->wait(10s);
}

void DockerEngine::remove_containers() const {
    docker::Client client{{.address = {.unix_path = socket_path_}}};
    for (const docker::Container& container : client.list("", base::Deadline::after(10s)))
        client.remove(container.id, base::Deadline::after(20s));
}

} // namespace support
