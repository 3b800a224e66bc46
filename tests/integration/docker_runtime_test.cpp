// Services as containers of a real Engine.
#include "base/error.hpp"
#include "codec/json_path.hpp"
#include "docker/client.hpp"
#include "integration/docker_fixture.hpp"
#include "runtime/deployment.hpp"
#include "runtime/docker_runtime.hpp"
#include "support/eventually.hpp"
#include "support/socket.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>

using namespace support;
using namespace std::chrono_literals;
using base::ErrorKind;
using runtime::Readiness;
using runtime::State;

namespace {

runtime::Wait wait_long() {
    return {soon(), -1};
}

/// A folder of services, the runtime, and nothing left of either afterwards.
class Machine {
public:
    Machine()
        : docker{{.address = {.unix_path = engine().socket_path()}}, directory.path() / "ports"} {
        setenv("XDG_RUNTIME_DIR", directory.path().c_str(), 1); // RunLock's
    }
    ~Machine() {
        auto client = connect();
        for (const auto& container : client.list("inband=inband", soon()))
            client.remove(container.id, soon());
    }

    runtime::ServiceSpec spec(const std::string& name, const std::string& rest) const {
        runtime::ServiceSpec made;
        made.name = name;
        made.folder = make_service(directory.path(), name, rest);
        made.ports = {18900, 18909};
        return made;
    }

    runtime::Instance run(const runtime::ServiceSpec& wanted) {
        runtime::Deployment deployment{docker, std::nullopt};
        return deployment.run(wanted, Readiness::started, {}, wait_long());
    }

    /// Everything with our label.
    static std::size_t containers() { return connect().list("inband=inband", soon()).size(); }

    TempDirectory directory;
    runtime::DockerRuntime docker;
};

const std::string server = "EXPOSE 8080\n" + shell(forever);

std::string field(const std::string& json, const char* path) {
    return codec::find_text(json, path).value_or("");
}

template <class Work> std::optional<base::Error> failure(Work work) {
    try {
        work();
    } catch (const base::Error& error) {
        return error;
    }
    return std::nullopt;
}

} // namespace

TEST_CASE("docker runtime: a container looks as the original's does, with less power") {
    Machine machine;
    auto spec = machine.spec("labsvc", server);
    spec.environment = {{"REDIS_DSN", "redis://u:s3cret@redis:6401"}, {"REDIS_HOST", "redis"}};
    const auto instance = machine.run(spec);
    REQUIRE(instance.ports.size() == 1);
    const auto port = std::to_string(instance.ports[0].host_port);
    const auto json = connect().inspect("labsvc", soon())->json;
    CHECK(field(json, "Config.Hostname") == "labsvc");
    CHECK(field(json, "Config.Cmd") == R"(["labsvc"])");
    CHECK(field(json, "Config.Labels.inband") == "inband");
    CHECK(field(json, "Config.Labels.ports") == port);
    CHECK(field(json, "Config.StopSignal") == "SIGTERM");
    CHECK(field(json, "Config.Env").starts_with(R"(["NAME=labsvc","HOST=0.0.0.0","REDIS_DSN=)"));
    CHECK(field(json, "HostConfig.PortBindings") ==
          R"({"8080/tcp":[{"HostIp":"127.0.0.1","HostPort":")" + port + R"("}]})");
    CHECK(field(json, "HostConfig.RestartPolicy.Name") == "unless-stopped");
    CHECK(field(json, "HostConfig.Memory") == "367001600");
    CHECK(field(json, "HostConfig.PidsLimit") == "512");
    CHECK(field(json, "HostConfig.CapDrop") == R"(["ALL"])");
    CHECK(field(json, "HostConfig.SecurityOpt") == R"(["no-new-privileges:true"])");
    const auto shown = machine.docker.inspect("labsvc", wait_long());
    REQUIRE(shown);
    CHECK(shown->find("s3cret") == std::string::npos);
}

TEST_CASE("docker runtime: a service's life") {
    Machine machine;
    const auto made = machine.run(machine.spec("life", server));
    CHECK(made.state == State::running);
    CHECK_FALSE(made.candidate);
    const auto listed = machine.docker.list(true, wait_long());
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].id == made.id);
    CHECK(listed[0].ports[0].host_port == made.ports[0].host_port);
    CHECK(std::abs(listed[0].started_ms - made.started_ms) < 3000);
    CHECK(machine.docker.usage(wait_long()).at(0).memory_limit == 367001600);
    CHECK(machine.docker.stop("life", 5s, wait_long()));
    CHECK(machine.docker.find("life", wait_long())->state == State::stopped);
    CHECK(machine.docker.stop("life", 5s, wait_long()));
    CHECK(machine.docker.start("life", wait_long()));
    CHECK(machine.docker.restart("life", 5s, wait_long()));
    CHECK(machine.docker.find("life", wait_long())->state == State::running);
    CHECK(machine.docker.remove("life", 5s, wait_long()));
    CHECK_FALSE(machine.docker.remove("life", 5s, wait_long()));
    CHECK_FALSE(machine.docker.start("life", wait_long()));
    CHECK_FALSE(machine.docker.find("life", wait_long()));
    CHECK(Machine::containers() == 0);
}

TEST_CASE("docker runtime: stopping ends also what does not listen to SIGTERM") {
    Machine machine;
    machine.run(
        machine.spec("deaf", "ENTRYPOINT [\"/bin/busybox\", \"sleep\", \"1000\"]\nCMD []\n"
                             "ENTRYPOINT [\"/bin/busybox\", \"sh\", \"-c\", \"trap '' TERM; " +
                                 forever + "\"]\n"));
    CHECK(machine.docker.stop("deaf", 1s, wait_long()));
    CHECK(machine.docker.find("deaf", wait_long())->state == State::stopped);
}

TEST_CASE("docker runtime: a new version takes the old one's place, a bad one does not") {
    Machine machine;
    const auto first = machine.run(machine.spec("svc", server));
    auto changed = machine.spec("svc", server);
    changed.environment = {{"VERSION", "2"}};
    const auto second = machine.run(changed);
    CHECK(second.id != first.id);
    CHECK(second.run_id != first.run_id);
    CHECK(second.ports[0].host_port != first.ports[0].host_port);
    CHECK(Machine::containers() == 1);

    const auto dies =
        failure([&] { machine.run(machine.spec("svc", shell("echo last words; exit 3"))); });
    REQUIRE(dies);
    CHECK(std::string_view{dies->what()}.find("last words") != std::string_view::npos);
    const auto unbuilt = failure([&] { machine.run(machine.spec("svc", "COPY nothing /\n")); });
    REQUIRE(unbuilt);
    CHECK(unbuilt->kind() == ErrorKind::data);
    CHECK(std::string_view{unbuilt->what()}.find("step 3/3: COPY nothing") !=
          std::string_view::npos);
    CHECK(machine.docker.find("svc", wait_long())->id == second.id);
    CHECK(machine.docker.find("svc", wait_long())->state == State::running);
    CHECK(Machine::containers() == 1);
}

TEST_CASE("docker runtime: a port that another process holds is not given out") {
    Machine machine;
    const base::UniqueFd held{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(18900);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(bind(held.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(listen(held.get(), 1) == 0);
    const auto first = machine.run(machine.spec("one", server));
    CHECK(first.ports[0].host_port != 18900);
    // Nor is that of a service that is stopped.
    machine.docker.stop("one", 5s, wait_long());
    const auto second = machine.run(machine.spec("two", server));
    CHECK(second.ports[0].host_port != first.ports[0].host_port);
}

TEST_CASE("docker runtime: a pool without a port left says who holds them") {
    Machine machine;
    auto spec = machine.spec("full", "EXPOSE 1 2 3\n" + shell(forever));
    spec.ports = {18910, 18911};
    const auto error = failure([&] { machine.run(spec); });
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::unavailable);
    CHECK(Machine::containers() == 0);
}

TEST_CASE("docker runtime: two runs at once get two sets of ports") {
    Machine machine;
    std::vector<runtime::Instance> made(4);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < made.size(); ++i)
        threads.emplace_back([&, i] {
            runtime::DockerRuntime own{{.address = {.unix_path = engine().socket_path()}},
                                       machine.directory.path() / "ports"};
            const auto spec = machine.spec("race" + std::to_string(i), server);
            made[i] = own.launch(spec, own.build(spec, {}, wait_long()), wait_long());
        });
    for (auto& thread : threads)
        thread.join();
    std::vector<std::uint16_t> ports;
    for (const auto& instance : made)
        ports.push_back(instance.ports.at(0).host_port);
    std::ranges::sort(ports);
    CHECK(std::ranges::adjacent_find(ports) == ports.end());
}

TEST_CASE("docker runtime: what a crash leaves is finished or rolled back") {
    Machine machine;
    const auto service = machine.run(machine.spec("svc", server));
    const auto spec = machine.spec("svc", server);
    const auto image = machine.docker.build(spec, {}, wait_long());

    // Launched, never promoted.
    const auto candidate = machine.docker.launch(spec, image, wait_long());
    CHECK(candidate.candidate);
    machine.docker.reconcile(wait_long());
    CHECK(Machine::containers() == 1);
    CHECK(machine.docker.find("svc", wait_long())->id == service.id);

    // Between the two renamings.
    const auto next = machine.docker.launch(spec, image, wait_long());
    auto client = connect();
    client.rename(service.id, "svc.old." + service.id, soon());
    CHECK_FALSE(machine.docker.find("svc", wait_long()));
    machine.docker.reconcile(wait_long());
    CHECK(machine.docker.find("svc", wait_long())->id == service.id);
    CHECK(Machine::containers() == 1);

    // Behind them.
    const auto last = machine.docker.launch(spec, image, wait_long());
    client.rename(service.id, "svc.old." + service.id, soon());
    client.rename(last.id, "svc", soon());
    machine.docker.reconcile(wait_long());
    CHECK(machine.docker.find("svc", wait_long())->id == last.id);
    CHECK(Machine::containers() == 1);
}

TEST_CASE("docker runtime: a container that is not ours is left alone") {
    Machine machine;
    auto client = connect();
    const auto image = machine.docker.build(machine.spec("other", server), {}, wait_long());
    client.remove("other", soon());
    const auto id = client.create("other", {.image = image}, soon());
    CHECK_FALSE(machine.docker.find("other", wait_long()));
    CHECK_FALSE(machine.docker.stop("other", 1s, wait_long()));
    CHECK_FALSE(machine.docker.remove("other", 1s, wait_long()));
    machine.docker.reconcile(wait_long());
    CHECK(client.remove(id, soon()) == docker::Change::done);
}

TEST_CASE("docker runtime: memory that runs out is said") {
    Machine machine;
    auto spec =
        machine.spec("hungry", shell("/bin/busybox sleep 0.3; x=x; while :; do x=$x$x; done"));
    spec.memory_bytes = 16UL * 1024 * 1024;
    spec.restart_policy = "no";
    const auto image = machine.docker.build(spec, {}, wait_long());
    machine.docker.promote(machine.docker.launch(spec, image, wait_long()), wait_long());
    CHECK(eventually(30s, [&] {
        const auto found = machine.docker.find("hungry", wait_long());
        return found && found->state == State::failed &&
               found->detail.find("out of memory, the limit is 16 MiB") != std::string::npos;
    }));
}

TEST_CASE("docker runtime: what no service may ask for is refused") {
    Machine machine;
    auto spec = machine.spec("bold", server);
    const auto image = machine.docker.build(spec, {}, wait_long());
    spec.environment = {{"LD_PRELOAD", "/x.so"}};
    CHECK(failure([&] { machine.docker.launch(spec, image, wait_long()); }));
    spec.environment.clear();
    spec.network = "host";
    CHECK(failure([&] { machine.docker.launch(spec, image, wait_long()); }));
    spec.network = "no-such-network";
    CHECK(failure([&] { machine.docker.launch(spec, image, wait_long()); }));
    CHECK(Machine::containers() == 0);
    CHECK(failure([&] { machine.docker.launch(spec, "bandkit-test/none", wait_long()); }));
}

TEST_CASE("docker runtime: the Engine is killed and comes back") {
    if (!engine().is_private())
        return; // somebody else's is not killed
    Machine machine;
    const auto made = machine.run(machine.spec("svc", server));
    engine().kill9();
    const auto away = failure([&] { machine.docker.list(false, wait_long()); });
    REQUIRE(away);
    CHECK(away->kind() == ErrorKind::unavailable);
    engine().start();
    const auto found = machine.docker.find("svc", wait_long());
    REQUIRE(found);
    CHECK(found->id == made.id);
    CHECK(found->state == State::running);
    CHECK(found->started_ms == made.started_ms);
    CHECK(machine.docker.stop("svc", 5s, wait_long()));
}
