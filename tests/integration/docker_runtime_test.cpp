#include "base/error.hpp"
#include "codec/json_path.hpp"
#include "docker_place.hpp"
#include "runtime/deployment.hpp"
#include "runtime/ports.hpp"
#include "support/eventually.hpp"

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <netinet/in.h>
#include <sys/socket.h>

using base::Error;
using base::ErrorKind;
using integration::docker_program;
using integration::DockerPlace;
using integration::within;
using runtime::Instance;
using runtime::Readiness;
using runtime::State;
using support::DockerEngine;
using support::eventually;
using namespace std::chrono_literals;

namespace {

// Ends at SIGTERM, as a program with that signal's handler would.
constexpr const char* sleeper = "trap 'echo bye; exit 0' TERM\necho ready $NAME $1\n"
                                "while :; do sleep 0.1; done\n";

std::string log_of(runtime::DockerRuntime& docker, const std::string& id,
                   const runtime::LogOptions& options = {}) {
    std::string text;
    docker.logs(
        id, options,
        [&text](std::string_view line, bool err, std::int64_t time_ms) {
            text += std::string(err ? "e:" : "o:") + std::string(line) + "\n";
            return time_ms > 0;
        },
        within());
    return text;
}

bool logs(runtime::DockerRuntime& docker, const std::string& id, const std::string& text) {
    return eventually(10s, [&] { return log_of(docker, id).find(text) != std::string::npos; });
}

std::string compact(std::string_view json) {
    std::string text{json};
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    return text;
}

std::string record_of(const std::string& container, const std::string& path) {
    const std::string all = docker_program({"inspect", container}).out;
    return compact(codec::find(all, "0." + path).value_or("nothing"));
}

template <class Action> Error error_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    return {ErrorKind::internal, "nothing", "was thrown"};
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::string names() {
    return docker_program({"ps", "-a", "--format", "{{.Names}}"}).out;
}

} // namespace

TEST_CASE("docker: a container is the one that the original makes") {
    const DockerPlace place;
    auto docker = place.runtime();
    auto spec = place.service("labsvc", sleeper, "EXPOSE 8080\nLABEL maintainer=lab");
    spec.environment = {{"BAND_URL", "http://band:8080"},
                        {"REDIS_HOST", "redis"},
                        {"REDIS_DSN", "redis://redis:6401"},
                        {"NAME", "liar"}};
    const Instance instance = place.run(docker, spec);

    REQUIRE(instance.ports.size() == 1);
    const std::string port = std::to_string(instance.ports[0].host_port);
    CHECK(instance.ports[0].service_port == 8080);
    CHECK(instance.ports[0].host_address == "127.0.0.1");
    CHECK(instance.image == "rst/service-labsvc");
    std::ifstream file{std::string(std::getenv("FIXTURES")) + "/band-v1-container.json"};
    const std::string original{std::istreambuf_iterator<char>{file}, {}};
    REQUIRE_FALSE(original.empty());
    for (const char* path :
         {"Name", "Config.Hostname", "Config.Env", "Config.Cmd", "Config.Labels.inband",
          "Config.Labels.maintainer", "Config.StopSignal", "Config.ExposedPorts",
          "HostConfig.RestartPolicy.Name", "HostConfig.RestartPolicy.MaximumRetryCount",
          "HostConfig.Memory"}) {
        CAPTURE(std::string(path));
        CHECK(record_of("labsvc", path) == compact(codec::find(original, path).value()));
    }
    CHECK(record_of("labsvc", "Config.Labels.ports") == '"' + port + '"');
    CHECK(record_of("labsvc", "HostConfig.PortBindings") ==
          R"({"8080/tcp":[{"HostIp":"127.0.0.1","HostPort":")" + port + "\"}]}");
    CHECK(record_of("labsvc", "HostConfig.NetworkMode") == "\"default\"");
    CHECK(logs(docker, instance.id, "o:ready labsvc labsvc\n"));
}

TEST_CASE("docker: a container can do little, and a request cannot change that") {
    const DockerPlace place;
    auto docker = place.runtime();
    auto spec = place.service("little", sleeper);
    place.run(docker, spec);
    CHECK(record_of("little", "HostConfig.CapDrop") == R"(["ALL"])");
    CHECK(has(record_of("little", "HostConfig.CapAdd"), "NET_BIND_SERVICE"));
    CHECK_FALSE(has(record_of("little", "HostConfig.CapAdd"), "NET_RAW"));
    CHECK(record_of("little", "HostConfig.SecurityOpt") == R"(["no-new-privileges:true"])");
    CHECK(record_of("little", "HostConfig.PidsLimit") == "512");
    CHECK(record_of("little", "HostConfig.Privileged") == "false");
    CHECK(record_of("little", "HostConfig.Binds") == "null");

    for (const char* network : {"host", "container:little"}) {
        spec.network = network;
        CHECK(error_of([&] { docker.launch(spec, "rst/service-little", within()); }).kind() ==
              ErrorKind::usage);
    }
    spec.network.clear();
    for (const char* variable : {"LD_PRELOAD", "PATH"}) {
        spec.environment = {{variable, "/x"}};
        CHECK(error_of([&] { docker.launch(spec, "rst/service-little", within()); }).kind() ==
              ErrorKind::usage);
    }
    CHECK(names() == "little\n");
}

TEST_CASE("docker: the new one runs beside the old one until it is promoted") {
    const DockerPlace place;
    auto docker = place.runtime();
    const auto spec = place.service("hello", sleeper, "EXPOSE 80 81");
    const Instance old = place.run(docker, spec);
    CHECK(old.ports.size() == 2);

    const Instance candidate = place.launch(docker, spec);
    CHECK(candidate.candidate);
    CHECK(candidate.name == "hello");
    CHECK(candidate.run_id != old.run_id);
    CHECK(candidate.ports.at(0).host_port > old.ports.at(1).host_port);
    CHECK(docker.list(false, within()).size() == 1);
    CHECK(docker.list(true, within()).size() == 2);
    CHECK(docker.find("hello", within())->id == old.id);

    docker.promote(candidate, within());
    const auto now = docker.find("hello", within());
    REQUIRE(now);
    CHECK(now->id == candidate.id);
    CHECK_FALSE(now->candidate);
    CHECK(now->state == State::running);
    CHECK(names() == "hello\n");
    docker.promote(*now, within()); // once more changes nothing
    CHECK(docker.find("hello", within())->id == candidate.id);
}

TEST_CASE("docker: a start that fails leaves the old one and nothing else") {
    const DockerPlace place;
    auto docker = place.runtime();
    const Instance old = place.run(docker, place.service("hello", sleeper));
    runtime::Deployment deployment{docker, std::nullopt};

    const auto dying = place.service("hello", "echo 'no such table: users' >&2\nexit 4\n");
    const Error error = error_of([&] { deployment.run(dying, Readiness::started, {}, within()); });
    CHECK(error.kind() == ErrorKind::no);
    CHECK(has(error.why(), "did not stay up"));
    CHECK(has(error.hint(), "its log ends with: no such table: users"));
    CHECK(names() == "hello\n");
    CHECK(docker.find("hello", within())->id == old.id);
    CHECK(docker.find("hello", within())->state == State::running);

    auto broken = place.service("hello", sleeper);
    place.directory.write("services/hello/Dockerfile",
                          "FROM scratch\nCOPY sh /bin/sh\nRUN echo compiling && exit 3\n");
    const Error failed = error_of([&] { docker.build(broken, {}, within()); });
    CHECK(failed.kind() == ErrorKind::data);
    CHECK(has(failed.subject(), "hello"));
    CHECK_MESSAGE(has(failed.why(), "step 3/3"), std::string(failed.what()));
    REQUIRE_FALSE(failed.output().empty());
    CHECK(has(failed.output().back(), "compiling"));
    CHECK(error_of([&] { docker.launch(broken, "rst/service-never", within()); }).kind() ==
          ErrorKind::no);
    CHECK(names() == "hello\n");
}

TEST_CASE("docker: two runs of one name at once give one service") {
    const DockerPlace place;
    const auto spec = place.service("hello", sleeper, "EXPOSE 80");
    const auto run = [&] {
        auto docker = place.runtime();
        return runtime::Deployment{docker, std::nullopt}.run(spec, Readiness::started, {},
                                                             within());
    };
    auto other = std::async(std::launch::async, run);
    const Instance one = run();
    CHECK(other.get().id == one.id);
    CHECK(names() == "hello\n");
}

TEST_CASE("docker: services that start at once get ports of their own") {
    const DockerPlace place;
    std::vector<std::future<Instance>> starting;
    for (const std::string name : {"one", "two", "three"}) {
        const auto spec = place.service(name, sleeper, "EXPOSE 80");
        starting.push_back(std::async(std::launch::async, [&place, spec] {
            auto docker = place.runtime();
            return place.run(docker, spec);
        }));
    }
    std::vector<std::uint16_t> ports;
    for (auto& instance : starting)
        ports.push_back(instance.get().ports.at(0).host_port);
    std::ranges::sort(ports);
    CHECK(std::ranges::adjacent_find(ports) == ports.end());
}

TEST_CASE("docker: a port that another program listens on is left to it") {
    const DockerPlace place;
    auto docker = place.runtime();
    const base::UniqueFd other{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(place.ports.first);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(other.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(other.get(), 1) == 0);
    const auto spec = place.service("hello", sleeper, "EXPOSE 80");
    const Instance instance = place.run(docker, spec);
    CHECK(instance.ports.at(0).host_port > place.ports.first);

    // Nobody listens on a stopped one's port, which stays its own all the same.
    CHECK(docker.stop("hello", 5s, within()));
    const Instance next = place.run(docker, place.service("next", sleeper, "EXPOSE 80"));
    CHECK(next.ports.at(0).host_port > instance.ports.at(0).host_port);
    CHECK(docker.start("hello", within()));
    CHECK(docker.find("hello", within())->ports.at(0).host_port == instance.ports.at(0).host_port);
}

TEST_CASE("docker: stopping, starting and removing; an unknown service is no error") {
    const DockerPlace place;
    auto docker = place.runtime();
    const Instance instance = place.run(docker, place.service("hello", sleeper));
    REQUIRE(logs(docker, instance.id, "o:ready"));
    CHECK(docker.stop("hello", 5s, within()));
    auto stopped = docker.find("hello", within());
    CHECK(stopped->state == State::stopped);
    CHECK(stopped->exit_code == 0);
    CHECK(has(stopped->detail, "exited with 0"));
    CHECK(docker.list(false, within()).at(0).state == State::stopped);
    CHECK(logs(docker, instance.id, "o:bye"));
    CHECK(docker.stop("hello", 5s, within()));
    CHECK(docker.start("hello", within()));
    CHECK(docker.restart("hello", 5s, within()));
    CHECK(docker.find("hello", within())->state == State::running);
    CHECK(docker.list(false, within()).at(0).started_ms > 0);
    CHECK(docker.remove("hello", 5s, within()));
    CHECK(names().empty());

    for (const char* name : {"hello", "no.such"}) {
        CHECK_FALSE(docker.find(name, within()));
        CHECK_FALSE(docker.inspect(name, within()));
        CHECK_FALSE(docker.start(name, within()));
        CHECK_FALSE(docker.stop(name, 1s, within()));
        CHECK_FALSE(docker.restart(name, 1s, within()));
        CHECK_FALSE(docker.remove(name, 1s, within()));
        CHECK_FALSE(docker.logs(name, {}, {}, within()));
    }
}

TEST_CASE("docker: a container without our label is never touched") {
    const DockerPlace place;
    auto docker = place.runtime();
    const auto spec = place.service("hello", sleeper);
    const std::string image = docker.build(spec, {}, within());
    // It has our image, and our name as well.
    REQUIRE(docker_program({"run", "-d", "--name", "hello", image}).status == 0);
    CHECK(docker.list(true, within()).empty());
    CHECK_FALSE(docker.find("hello", within()));
    CHECK_FALSE(docker.stop("hello", 1s, within()));
    CHECK_FALSE(docker.remove("hello", 1s, within()));
    CHECK_FALSE(docker.logs(
        "hello", {}, [](auto, bool, auto) { return true; }, within()));
    const Error error = error_of([&] { docker.launch(spec, image, within()); });
    CHECK(error.kind() == ErrorKind::no);
    CHECK(has(error.what(), "container hello"));
    docker.reconcile(within());
    CHECK(names() == "hello\n");
    CHECK(record_of("hello", "State.Running") == "true");
}

TEST_CASE("docker: reconciling finishes a change of places, and removes what was not to stay") {
    const DockerPlace place;
    auto docker = place.runtime();
    const auto spec = place.service("hello", sleeper);
    const Instance old = place.run(docker, spec);
    place.launch(docker, spec);
    docker.reconcile(within());
    CHECK(names() == "hello\n"); // before the old one was gone
    CHECK(docker.find("hello", within())->id == old.id);

    place.launch(docker, spec);
    docker_program({"rename", "hello", "hello.old." + old.id});
    CHECK_FALSE(docker.find("hello", within()));
    docker.reconcile(within());
    CHECK(names() == "hello\n"); // between the two renamings
    CHECK(docker.find("hello", within())->id == old.id);
    CHECK(docker.find("hello", within())->state == State::running);

    const Instance next = place.launch(docker, spec);
    docker_program({"rename", "hello", "hello.old." + old.id});
    docker_program({"rename", next.id, "hello"});
    docker.reconcile(within());
    CHECK(names() == "hello\n"); // after them
    CHECK(docker.find("hello", within())->id == next.id);
}

TEST_CASE("docker: the state says why") {
    const DockerPlace place;
    auto docker = place.runtime();
    auto spec = place.service("hello", sleeper,
                              "HEALTHCHECK --interval=1s --retries=1 CMD [\"/bin/sh\", \"-c\", "
                              "\"exit 1\"]");
    place.run(docker, spec);
    CHECK(eventually(20s, [&] { return docker.find("hello", within())->detail == "unhealthy"; }));
    CHECK(docker.list(false, within()).at(0).detail == "unhealthy");
    docker_program({"pause", "hello"});
    CHECK(docker.find("hello", within())->state == State::paused);
    CHECK(docker.list(false, within()).at(0).state == State::paused);
    docker_program({"unpause", "hello"});

    auto crashing = place.service("crash", "sleep 0.2\nexit 7\n");
    place.run(docker, crashing);
    CHECK(eventually(20s, [&] {
        const auto seen = docker.find("crash", within());
        return seen->restarts > 0 && seen->exit_code == 7 &&
               seen->detail.starts_with("exited with 7") && has(seen->detail, "restarted ");
    }));
    crashing.restart_policy = "no";
    place.run(docker, crashing);
    CHECK(eventually(20s, [&] { return docker.list(false, within()).at(0).exit_code == 7; }));
    CHECK(docker.find("crash", within())->state == State::failed);
    CHECK(docker.list(false, within()).at(0).state == State::failed);

    auto greedy = place.service("greedy", "x=xxxxxxxxxxxxxxxx\nwhile :; do x=$x$x; done\n");
    greedy.memory_bytes = 16 * 1024 * 1024;
    greedy.restart_policy = "no";
    place.run(docker, greedy);
    CHECK(eventually(20s, [&] {
        const auto seen = docker.find("greedy", within());
        return seen->state == State::failed && seen->detail.starts_with("out of memory");
    }));
}

TEST_CASE("docker: logs are followed to the end, cut by number and by time") {
    const DockerPlace place;
    auto docker = place.runtime();
    const Instance instance =
        place.run(docker, place.service("hello", "echo one >&2\nsleep 0.2\necho two\n" +
                                                     std::string(sleeper)));
    REQUIRE(logs(docker, instance.id, "o:ready"));
    CHECK(log_of(docker, instance.id) == "e:one\no:two\no:ready hello hello\n");
    CHECK(log_of(docker, instance.id, {.last_lines = 1}) == "o:ready hello hello\n");
    CHECK(log_of(docker, instance.id, {.since_ms = base::unix_ms() + 1000}).empty());
    auto following = std::async(std::launch::async, [&] {
        auto other = place.runtime();
        return log_of(other, instance.id, {.follow = true, .last_lines = 1});
    });
    docker.stop("hello", 5s, within());
    CHECK(following.get() == "o:ready hello hello\no:bye\n");
}

TEST_CASE("docker: an inspection shows no secret, and usage what a service takes") {
    const DockerPlace place;
    auto docker = place.runtime();
    auto spec = place.service("hello", sleeper);
    spec.environment = {{"DB_PASSWORD", "hunter2"}, {"REDIS_DSN", "redis://u:hunter2@redis:6379"}};
    spec.labels = {{"api.token", "hunter2"}, {"team", "red"}, {"inband", "no"}};
    place.run(docker, spec);
    const std::string shown = docker.inspect("hello", within()).value();
    CHECK_FALSE(has(shown, "hunter2"));
    CHECK(has(shown, "DB_PASSWORD=***"));
    CHECK(codec::find_text(shown, "Config.Labels.team") == "red");
    CHECK(codec::find_text(shown, "Config.Labels.inband") == "inband");
    CHECK(codec::find_text(shown, "State.Running") == "true");

    const auto usage = docker.usage(within());
    REQUIRE(usage.size() == 1);
    CHECK(usage[0].name == "hello");
    CHECK(usage[0].memory_bytes > 0);
    CHECK(usage[0].memory_limit == spec.memory_bytes);
}

TEST_CASE("docker: the base image is built first") {
    const DockerPlace place;
    auto docker = place.runtime();
    static_cast<void>(place.service("base", sleeper));
    auto spec = place.service("hello", sleeper);
    place.directory.write(
        "services/hello/Dockerfile",
        "FROM rst/band-base\nENTRYPOINT []\nCMD [\"/bin/sh\", \"/run.sh\", \"own\"]\n");
    const Instance instance = place.run(docker, spec);
    CHECK(logs(docker, instance.id, "o:ready hello own\n")); // its own command stays
}

TEST_CASE("docker: stopping ends also what does not listen to SIGTERM") {
    const DockerPlace place;
    auto docker = place.runtime();
    place.run(docker, place.service("deaf", "trap '' TERM\nwhile :; do sleep 0.1; done\n"));
    CHECK(docker.stop("deaf", 1s, within()));
    const auto stopped = docker.find("deaf", within());
    CHECK(stopped->state == State::stopped);
    CHECK(stopped->exit_code == 137);
}

TEST_CASE("docker: an engine that is killed and comes back finds its services") {
    const DockerPlace place;
    auto docker = place.runtime();
    const Instance instance = place.run(docker, place.service("hello", sleeper));
    integration::own_engine().kill9();
    CHECK(error_of([&] { docker.list(false, within()); }).kind() == ErrorKind::unavailable);
    integration::own_engine().start();
    REQUIRE(docker.list(false, within()).size() == 1);
    CHECK(docker.list(false, within())[0].id == instance.id);
    CHECK(docker.find("hello", within())->state == State::running);
}

TEST_CASE("docker: without an engine all says so") {
    DockerPlace place;
    place.engine.address.unix_path = place.directory.path() / "none.sock";
    auto docker = place.runtime();
    CHECK(error_of([&] { docker.list(false, within()); }).kind() == ErrorKind::unavailable);
    CHECK(error_of([&] { docker.find("hello", within()); }).kind() == ErrorKind::unavailable);
    CHECK(error_of([&] { docker.build(place.service("x", sleeper), {}, within()); }).kind() ==
          ErrorKind::unavailable);
}

int main(int count, char** arguments) {
    constexpr int skipped = 77; // what Meson takes for it
    if (const std::string why = DockerEngine::obstacle(DockerEngine::Whose::own); !why.empty()) {
        std::printf("skipped: %s\n", why.c_str());
        return skipped;
    }
    doctest::Context context{count, arguments};
    return context.run();
}
