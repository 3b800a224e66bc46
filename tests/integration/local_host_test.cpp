#include "base/error.hpp"
#include "host/local_host.hpp"
#include "runtime/docker_runtime.hpp"
#include "runtime/process_tree.hpp"
#include "support/eventually.hpp"
#include "support/redis_server.hpp"
#include "support/socket.hpp"
#include "support/wake.hpp"
#include "tmux_fixture.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <future>

using host::Readiness;
using host::RunRequest;
using host::Service;
using integration::patience;
using integration::Place;
using runtime::State;
using support::eventually;
using namespace std::chrono_literals;

namespace {

const std::string answering = std::string("exec ") + BAND_SERVICE + "\n";

/// This machine as a person sees it, with tmux as its only runtime, or beside a Docker that is
/// down.
struct Machine {
    [[nodiscard]] host::LocalHost host(const std::string& docker_socket = {}) {
        host::LocalConfig config;
        config.path = runtime::ServicePath{place.directory.path().string()};
        config.bus = redis::config_from_url(base::Url::parse(redis.url()));
        config.bus_url = redis.url();
        config.ready_within = ready_within;
        config.on_trouble = [this](std::string_view what, const base::Error&) { trouble = what; };
        config.is_there = [](std::string_view runtime) { return runtime == "docker"; };
        std::vector<std::unique_ptr<runtime::Runtime>> runtimes;
        if (!docker_socket.empty())
            runtimes.push_back(std::make_unique<runtime::DockerRuntime>(
                http::Endpoint{.address = {.unix_path = docker_socket}}));
        runtimes.push_back(std::make_unique<runtime::TmuxRuntime>(place.runtime()));
        return host::LocalHost{std::move(config), std::move(runtimes)};
    }
    [[nodiscard]] RunRequest request(const std::string& script,
                                     Readiness until = Readiness::answers) const {
        RunRequest request;
        request.spec = place.service("hello", script);
        request.spec.folder.clear(); // found by name
        request.until = until;
        return request;
    }
    [[nodiscard]] std::size_t launches() const {
        return runtime::all_runs(place.directory.path() / "state").size();
    }

    Place place;
    support::RedisServer redis;
    std::chrono::milliseconds ready_within{10000};
    std::string trouble;
};

} // namespace

TEST_CASE("host: a service is run until it answers, listed, called and stopped") {
    Machine machine;
    auto host = machine.host();
    std::string phases;
    const auto progress = [&phases](std::string_view phase, std::string_view line) {
        phases += std::string(phase) + (line.empty() ? "" : ":" + std::string(line)) + " ";
    };
    const Service service = host.run(machine.request(answering), progress, patience());
    CHECK(service.answers);
    REQUIRE(service.instance);
    CHECK(service.instance->state == State::running);
    // What the service logs may come later than its answer.
    CHECK(phases.starts_with("build start wait "));
    CHECK(phases.ends_with("replace "));
    REQUIRE(service.methods.size() == 1);
    CHECK(service.methods[0].name == "echo");

    const auto listed = host.list(patience());
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].answers);
    CHECK(listed[0].instance->runtime == "tmux");
    CHECK(host.call("hello", "echo", R"({"x":1})", patience()).json == R"({"x":1})");
    CHECK(host.notify("hello", "echo", "{}", patience()) == 1);
    CHECK(host.notify("ghost", "echo", "{}", patience()) == 0);
    CHECK(host.stop("hello", 5s, patience()));
    CHECK(host.find("hello", patience())->instance->state == State::stopped);
    CHECK(!host.find("hello", patience())->answers);
    CHECK(host.remove("hello", 5s, patience()));
    CHECK(!host.find("hello", patience()));
    CHECK(!host.stop("hello", 5s, patience()));
}

TEST_CASE("host: a new one takes over only when it answers itself") {
    Machine machine;
    auto host = machine.host();
    const auto old = host.run(machine.request(answering), {}, patience());
    const auto next = host.run(machine.request(answering), {}, patience());
    CHECK(next.instance->run_id != old.instance->run_id);
    CHECK(machine.launches() == 1);

    machine.ready_within = 700ms;
    auto impatient = machine.host();
    CHECK_THROWS_WITH_AS(
        impatient.run(machine.request("echo here I am\nexec sleep 1000\n"), {}, patience()),
        doctest::Contains("does not answer __status on the bus after 700ms; --wait started does "
                          "not wait for that; its log ends with: here I am"),
        base::Error);
    CHECK(machine.launches() == 1);
    CHECK(host.find("hello", patience())->instance->run_id == next.instance->run_id);
    CHECK(host.find("hello", patience())->answers);
}

TEST_CASE("host: one that ends at once tells its last words, and the old one stays") {
    Machine machine;
    auto host = machine.host();
    const auto old = host.run(machine.request(answering), {}, patience());
    for (const Readiness until : {Readiness::answers, Readiness::registered, Readiness::started})
        CHECK_THROWS_WITH_AS(
            host.run(machine.request("echo no database >&2\nexit 3\n", until), {}, patience()),
            doctest::Contains("no database"), base::Error);
    CHECK(machine.launches() == 1);
    CHECK(host.find("hello", patience())->instance->run_id == old.instance->run_id);
}

TEST_CASE("host: a program that has nothing to do with the bus can be run, too") {
    Machine machine;
    auto host = machine.host();
    const auto service =
        host.run(machine.request("exec sleep 1000\n", Readiness::started), {}, patience());
    CHECK(service.instance->state == State::running);
    CHECK(!service.answers);
}

TEST_CASE("host: two runs of one name at once are one launch, and both get it") {
    Machine machine;
    const std::string script = "echo x >> launches\n" + answering;
    const auto run = [&machine, &script] {
        auto host = machine.host();
        return host.run(machine.request(script), {}, patience());
    };
    (void)machine.request(script);
    auto one = std::async(std::launch::async, run);
    auto other = std::async(std::launch::async, run);
    CHECK(one.get().instance->run_id == other.get().instance->run_id);
    CHECK(support::read_file(machine.place.directory.path() / "hello/launches") == "x\n");
    CHECK(machine.launches() == 1);
}

TEST_CASE("host: an interrupted run leaves nothing behind") {
    Machine machine;
    auto host = machine.host();
    const support::Wake stop;
    const auto request = machine.request("echo up\nexec sleep 1000\n");
    const auto progress = [&stop](std::string_view, std::string_view line) {
        if (line == "up")
            stop.notify();
    };
    CHECK_THROWS_AS(host.run(request, progress, {base::Deadline::after(20s), stop.fd()}),
                    base::Error);
    CHECK(machine.launches() == 0);
    CHECK(eventually(5s, [&] { return machine.place.sessions().empty(); }));
}

TEST_CASE("host: the service's environment is its file's, the request's, and where the bus is") {
    Machine machine;
    auto host = machine.host();
    auto request = machine.request("echo \"$A|$B|$C|$BAND_BUS|$SECRET_OF_MINE\"\n" + answering);
    machine.place.directory.write("hello/.env", "# mine\nA=file\nexport B='of file'\n");
    request.spec.environment = {{"B", "asked"}, {"C", "c"}};
    ::setenv("SECRET_OF_MINE", "canary", 1);
    host.run(request, {}, patience());
    std::string log;
    host.logs(
        "hello", {},
        [&log](std::string_view line, bool, std::int64_t) {
            log = line;
            return false;
        },
        patience());
    CHECK(log == "file|asked|c|" + machine.redis.url() + "|");

    request.spec.environment = {{"LD_PRELOAD", "/tmp/x.so"}};
    CHECK_THROWS_WITH_AS(host.run(request, {}, patience()), doctest::Contains("LD_PRELOAD"),
                         base::Error);
    machine.place.directory.write("hello/.env", "A=file\nno equals\n");
    CHECK_THROWS_WITH_AS(host.run(machine.request(answering), {}, patience()),
                         doctest::Contains(".env:2: is no NAME=VALUE"), base::Error);
}

TEST_CASE("host: who only answers on the bus is listed, and who listens without a word is not") {
    Machine machine;
    auto host = machine.host();
    const support::Process elsewhere{{BAND_SERVICE},
                                     {"NAME=elsewhere", "BAND_BUS=" + machine.redis.url()}};
    const support::Process silent{
        {"redis-cli", "-s", machine.redis.socket_path(), "subscribe", "silent"}};
    CHECK(eventually(10s, [&] {
        const auto services = host.list(patience());
        return services.size() == 1 && services[0].name == "elsewhere" && !services[0].instance &&
               services[0].answers;
    }));
    CHECK(host.find("elsewhere", patience())->methods.size() == 1);
}

TEST_CASE("host: without the bus, services are still listed and stopped") {
    Machine machine;
    auto host = machine.host();
    host.run(machine.request(answering), {}, patience());
    machine.redis.kill9();
    const auto services = host.list(patience());
    REQUIRE(services.size() == 1);
    CHECK(!services[0].answers);
    CHECK(machine.trouble == "bus");
    CHECK(host.stop("hello", 5s, patience()));
    CHECK_THROWS_AS(host.run(machine.request(answering), {}, patience()), base::Error);
    CHECK(machine.launches() == 1);
}

TEST_CASE("host: while Docker is down nothing goes elsewhere, and nothing is said to be unknown") {
    Machine machine;
    const std::string socket = (machine.place.directory.path() / "docker.sock").string();
    support::listen_unix(socket); // and nobody listens any more
    auto host = machine.host(socket);
    auto request = machine.request(answering);
    machine.place.directory.write("hello/Dockerfile", "FROM scratch\n");
    CHECK_THROWS_WITH_AS(host.run(request, {}, patience()), doctest::Contains("--runtime tmux"),
                         base::Error);
    CHECK(machine.launches() == 0);
    CHECK_THROWS_WITH_AS(host.stop("hello", 5s, patience()), doctest::Contains("docker engine"),
                         base::Error);
    CHECK_THROWS_AS(host.find("hello", patience()), base::Error);

    request.runtime = "tmux";
    CHECK(host.run(request, {}, patience()).instance->runtime == "tmux");
    request.runtime.clear(); // goes where it was run before
    CHECK(host.run(request, {}, patience()).instance->runtime == "tmux");
    CHECK(host.list(patience()).size() == 1);
    CHECK(host.stop("hello", 5s, patience()));
}
