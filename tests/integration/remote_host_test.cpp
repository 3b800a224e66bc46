#include "base/error.hpp"
#include "director_fixture.hpp"
#include "host/remote_host.hpp"
#include "rpc/result.hpp"

#include <doctest/doctest.h>

#include <csignal>

using base::ErrorKind;
using host::RemoteHost;
using integration::answering;
using integration::Directed;

namespace {

host::Wait patience() {
    return {base::Deadline::after(std::chrono::seconds{20}), -1};
}

RemoteHost host_of(const Directed& machine, const std::string& token = {}) {
    return RemoteHost{http::Endpoint::parse(machine.url), token};
}

host::RunRequest request(const std::string& name) {
    host::RunRequest request;
    request.spec.name = name;
    return request;
}

template <class Work> ErrorKind kind_of(Work work) {
    try {
        work();
    } catch (const base::Error& error) {
        return error.kind();
    }
    FAIL("no error");
    return ErrorKind::internal;
}

} // namespace

TEST_CASE("remote host: a service is run, listed, called, read, stopped and removed over there") {
    Directed machine;
    machine.add_service("tsvc", "echo starting\n" + answering);
    RemoteHost host = host_of(machine);
    std::string phases;
    auto run = request("tsvc");
    run.spec.environment.emplace_back("COLOUR", "blue");
    const host::Service service = host.run(
        run,
        [&](std::string_view phase, std::string_view line) {
            phases += std::string(phase) + (line.empty() ? "" : ":" + std::string(line)) + " ";
        },
        patience());
    CHECK(phases.starts_with("build start wait "));
    CHECK(service.answers);
    REQUIRE(service.instance);
    CHECK(service.instance->state == runtime::State::running);
    CHECK(service.instance->runtime == "tmux");
    REQUIRE(service.instance->ports.size() == 1);
    CHECK(service.instance->ports[0].host_address == "127.0.0.1");
    REQUIRE(service.methods.size() == 1);
    CHECK(service.methods[0].name == "echo");

    const auto found = host.find("tsvc", patience());
    REQUIRE(found);
    CHECK(found->instance->id == service.instance->id);
    CHECK(found->instance->started_ms == service.instance->started_ms);
    CHECK(host.inspect("tsvc", patience())->find("blue") != std::string::npos);
    CHECK(host.call("tsvc", "echo", R"({"a":[1]})", patience()).json == R"({"a":[1]})");
    CHECK(host.call("tsvc", "echo", "[1]", patience()).json == "[1]");
    CHECK(host.notify("tsvc", "echo", "[1]", patience()) == 1);
    CHECK(host.notify("ghost", "echo", "{}", patience()) == 0);
    std::string log;
    CHECK(host.logs(
        "tsvc", {},
        [&](std::string_view line, bool, std::int64_t time_ms) {
            log += line;
            CHECK(time_ms > 1'700'000'000'000);
            return log.size() < 8; // enough
        },
        patience()));
    CHECK(log == "starting");
    const auto usage = host.usage(patience());
    REQUIRE(usage.size() == 1);
    CHECK(usage[0].of.name == "tsvc");
    CHECK(usage[0].calls == 3); // one of them was a notification
    CHECK(host.prune(true, patience()).empty());

    CHECK(host.stop("tsvc", std::chrono::seconds{5}, patience()));
    CHECK(host.find("tsvc", patience())->instance->state == runtime::State::stopped);
    const auto pruned = host.prune(true, patience());
    REQUIRE(pruned.size() == 1);
    CHECK(pruned[0].name == "tsvc");
    CHECK(pruned[0].id == service.instance->id);
    REQUIRE(host.run(run, {}, patience()).answers);
    CHECK(host.stop("tsvc", std::chrono::seconds{5}, patience()));
    CHECK(host.start("tsvc", patience()));
    CHECK(host.restart("tsvc", std::chrono::seconds{5}, patience()));
    CHECK(host.remove("tsvc", std::chrono::seconds{5}, patience()));
    CHECK(host.list(patience()).empty());
}

TEST_CASE("remote host: what is not there is no error") {
    Directed machine;
    RemoteHost host = host_of(machine);
    CHECK_FALSE(host.find("ghost", patience()));
    CHECK_FALSE(host.inspect("ghost", patience()));
    CHECK_FALSE(host.start("ghost", patience()));
    CHECK_FALSE(host.stop("ghost", std::chrono::seconds{1}, patience()));
    CHECK_FALSE(host.remove("ghost", std::chrono::seconds{1}, patience()));
    CHECK_FALSE(host.logs("ghost", {}, {}, patience()));
}

TEST_CASE("remote host: errors keep their kind and their words") {
    Directed machine{{}, {"BAND_TOKEN=12345678-right"}};
    machine.add_service("tsvc", answering);
    machine.add_service("flaky", "echo boom\nexit 3\n");
    RemoteHost host = host_of(machine, "12345678-right");
    REQUIRE(host.run(request("tsvc"), {}, patience()).answers);
    using Status = rpc::Result::Status;
    const auto call = [&](const std::string& service, const std::string& method,
                          std::chrono::milliseconds limit) {
        return host.call(service, method, "{}", {base::Deadline::after(limit), -1}).status;
    };
    CHECK(call("ghost", "echo", std::chrono::seconds{5}) == Status::nobody);
    CHECK(call("tsvc", "nosuch", std::chrono::seconds{5}) == Status::refused);
    support::Process mute{{"redis-cli", "-s", machine.redis.socket_path(), "SUBSCRIBE", "mute"}};
    REQUIRE(mute.wait_for_out("subscribe"));
    CHECK(call("mute", "x", std::chrono::milliseconds{100}) == Status::timed_out);
    CHECK(host.call("tsvc", "nosuch", "{}", patience()).failure.code == -32601);

    CHECK(kind_of([&] { host.run(request("nosuch"), {}, patience()); }) == ErrorKind::not_found);
    try {
        host.run(request("flaky"), {}, patience());
        FAIL("no error");
    } catch (const base::Error& error) {
        CHECK(error.subject() == "flaky");
        CHECK(error.hint() == "its log ends with: boom");
    }
    auto folder = request("tsvc");
    folder.spec.folder = "/etc";
    CHECK(kind_of([&] { host.run(folder, {}, patience()); }) == ErrorKind::usage);
    CHECK(kind_of([&] { (void)host_of(machine).list(patience()); }) == ErrorKind::no_permission);
    CHECK(kind_of([&] { (void)host_of(machine).call("tsvc", "echo", "{}", patience()); }) ==
          ErrorKind::no_permission);
    machine.director->signal(SIGKILL);
    REQUIRE(machine.director->wait());
    CHECK(kind_of([&] { (void)host.list(patience()); }) == ErrorKind::unavailable);
}

TEST_CASE("remote host: something else that speaks HTTP is no director") {
    support::Process other{{"python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"}};
    REQUIRE(other.wait_for_out("port "));
    const std::size_t at = other.out().find("port ") + 5;
    const std::string port = other.out().substr(at, other.out().find(' ', at) - at);
    RemoteHost host{http::Endpoint::parse("http://127.0.0.1:" + port), ""};
    CHECK_THROWS_AS((void)host.list(patience()), base::Error);
    CHECK_FALSE(host.inspect("x", patience()));
}
