#include "base/error.hpp"
#include "runtime/ports.hpp"
#include "runtime/process_tree.hpp"
#include "support/eventually.hpp"
#include "tmux_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <future>

namespace fs = std::filesystem;

using integration::patience;
using integration::Place;
using runtime::Instance;
using runtime::State;
using support::eventually;
using namespace std::chrono_literals;

namespace {

std::string log_of(runtime::TmuxRuntime& tmux, const Instance& instance,
                   const runtime::LogOptions& options = {}) {
    std::string text;
    tmux.logs(
        instance.id, options,
        [&text](std::string_view line, bool err, std::int64_t) {
            text += std::string(err ? "e:" : "o:") + std::string(line) + "\n";
            return true;
        },
        patience());
    return text;
}

bool logs(runtime::TmuxRuntime& tmux, const Instance& instance, const std::string& text) {
    return eventually(10s, [&] { return log_of(tmux, instance).find(text) != std::string::npos; });
}

bool is_gone(pid_t pid) {
    return ::kill(pid, 0) != 0 && errno == ESRCH;
}

/// A number that a service printed behind `mark`.
pid_t number_in(const std::string& log, const std::string& mark) {
    return std::stoi(log.substr(log.find(mark) + mark.size()));
}

constexpr const char* sleeper = "echo ready\nexec sleep 1000\n";

} // namespace

TEST_CASE("tmux: a service runs, says where it is, and stops") {
    const Place place;
    auto tmux = place.runtime();
    auto spec = place.service("hello.world", "echo $NAME $HOST $PORT $GREETING $PWD\n"
                                             "echo oops >&2\nexec sleep 1000\n");
    spec.environment = {{"GREETING", "good day"}, {"NAME", "liar"}};
    const Instance candidate = place.launch(tmux, spec);
    CHECK(candidate.candidate);
    CHECK(tmux.list(false, patience()).empty());
    CHECK(tmux.list(true, patience()).size() == 1);
    tmux.promote(candidate, patience());

    const auto running = tmux.find("hello.world", patience());
    REQUIRE(running);
    CHECK(running->state == State::running);
    CHECK(running->id == candidate.id);
    REQUIRE(running->ports.size() == 1);
    const std::string port = std::to_string(running->ports[0].host_port);
    CHECK(logs(tmux, *running,
               "o:hello.world 127.0.0.1 " + port + " good day " + spec.folder.string() + "\n"));
    CHECK(logs(tmux, *running, "e:oops\n"));
    CHECK(place.sessions() == "hello+world\n");

    CHECK(tmux.stop("hello.world", 5s, patience()));
    CHECK(tmux.find("hello.world", patience())->state == State::stopped);
    CHECK(eventually(5s, [&] { return place.sessions().empty(); }));
    CHECK(runtime::processes_of_run(running->run_id).empty());

    CHECK(tmux.start("hello.world", patience()));
    CHECK(tmux.find("hello.world", patience())->state == State::running);
    CHECK(tmux.find("hello.world", patience())->ports[0].host_port == running->ports[0].host_port);
    CHECK(tmux.remove("hello.world", 5s, patience()));
    CHECK(tmux.list(true, patience()).empty());
    CHECK(fs::is_empty(place.directory.path() / "state"));
}

TEST_CASE("tmux: an unknown service is no error") {
    const Place place;
    auto tmux = place.runtime();
    for (const char* name : {"nobody", "..", "a/b", "", "nobody~..", "..~x"}) {
        CHECK(!tmux.find(name, patience()));
        CHECK(!tmux.stop(name, 1s, patience()));
        CHECK(!tmux.start(name, patience()));
        CHECK(!tmux.remove(name, 1s, patience()));
        CHECK(!tmux.logs(name, {}, {}, patience()));
        CHECK(!tmux.inspect(name, patience()));
    }
}

TEST_CASE("tmux: the new one runs beside the old one until it is promoted") {
    const Place place;
    auto tmux = place.runtime();
    const auto spec = place.service("hello", sleeper);
    const Instance old = place.run(tmux, spec);
    const Instance next = place.launch(tmux, spec);
    CHECK(tmux.find("hello", patience())->id == old.id);
    CHECK(next.ports[0].host_port != old.ports[0].host_port);
    tmux.promote(next, patience());
    CHECK(tmux.find("hello", patience())->id == next.id);
    CHECK(tmux.list(true, patience()).size() == 1);
    CHECK(eventually(5s, [&] { return place.sessions() == "hello\n"; }));
    CHECK(runtime::processes_of_run(old.run_id).empty());

    const Instance bad = place.launch(tmux, spec);
    tmux.discard(bad, patience());
    CHECK(tmux.find("hello", patience())->id == next.id);
    CHECK(tmux.list(true, patience()).size() == 1);
    CHECK(runtime::processes_of_run(bad.run_id).empty());
}

TEST_CASE("tmux: a crash is followed by a restart, as the policy says") {
    const Place place;
    auto tmux = place.runtime();
    auto spec = place.service("hello", "echo run\nexit 3\n");
    const Instance crashing = place.run(tmux, spec);
    CHECK(eventually(15s, [&] { return tmux.find("hello", patience())->restarts >= 2; }));
    CHECK(tmux.find("hello", patience())->exit_code == 3);
    CHECK(logs(tmux, crashing, "o:run\no:run\n"));
    CHECK(tmux.stop("hello", 5s, patience()));
    CHECK(tmux.find("hello", patience())->state == State::stopped);

    spec.restart_policy = "no";
    place.run(tmux, spec);
    CHECK(eventually(5s, [&] { return tmux.find("hello", patience())->state == State::failed; }));
    CHECK(tmux.find("hello", patience())->detail.find("exited (3)") == 0);
    CHECK(tmux.find("hello", patience())->restarts == 0);
}

TEST_CASE("tmux: stopping ends a grandchild that daemonized and ignores SIGTERM") {
    const Place place;
    auto tmux = place.runtime();
    const auto spec =
        place.service("hello", "trap '' TERM\n"
                               "(setsid sh -c 'echo daemon=$$; while :; do sleep 1; done' &)\n"
                               "while :; do sleep 1; done\n");
    const Instance instance = place.run(tmux, spec);
    REQUIRE(logs(tmux, instance, "daemon="));
    const pid_t daemon = number_in(log_of(tmux, instance), "daemon=");
    CHECK(!is_gone(daemon));
    CHECK(tmux.stop("hello", 1s, patience()));
    CHECK(is_gone(daemon));
    CHECK(runtime::processes_of_run(instance.run_id).empty());
}

TEST_CASE("tmux: what a program leaves behind ends with it") {
    const Place place;
    auto tmux = place.runtime();
    auto spec = place.service("hello", "(setsid sleep 1000 &)\necho bye\n");
    spec.restart_policy = "no";
    const Instance instance = place.run(tmux, spec);
    CHECK(eventually(10s, [&] { return tmux.find("hello", patience())->state == State::stopped; }));
    CHECK(runtime::processes_of_run(instance.run_id).empty());
}

TEST_CASE("tmux: a program that cannot be started says why, and leaves nothing") {
    const Place place;
    auto tmux = place.runtime();
    const auto spec = place.service("hello", "");
    place.directory.write("hello/run", "#!/no/such/interpreter\n");
    CHECK_THROWS_WITH_AS(place.launch(tmux, spec), doctest::Contains("interpreter"), base::Error);
    CHECK(tmux.list(true, patience()).empty());
    CHECK(eventually(5s, [&] { return place.sessions().empty(); }));
}

TEST_CASE("tmux: without a free port nothing starts, and the holder is named") {
    const Place place;
    auto tmux = place.runtime();
    auto spec = place.service("hello", sleeper);
    spec.ports.last = spec.ports.first;
    place.run(tmux, spec);
    spec.name = "second";
    CHECK_THROWS_WITH_AS(place.launch(tmux, spec), doctest::Contains("by service hello"),
                         base::Error);
    CHECK(tmux.stop("hello", 5s, patience()));
    place.run(tmux, spec); // the port is free again
}

TEST_CASE("tmux: services that start at once get ports of their own") {
    const Place place;
    const auto common = place.service("hello", sleeper);
    std::vector<std::future<Instance>> starting;
    for (int i = 0; i < 4; ++i)
        starting.push_back(std::async(std::launch::async, [&place, &common, i] {
            auto tmux = place.runtime();
            auto spec = common;
            spec.name = "hello" + std::to_string(i);
            return place.run(tmux, spec);
        }));
    std::vector<std::uint16_t> ports;
    for (auto& one : starting)
        ports.push_back(one.get().ports.at(0).host_port);
    std::ranges::sort(ports);
    CHECK(std::ranges::adjacent_find(ports) == ports.end());
    auto tmux = place.runtime();
    CHECK(tmux.list(false, patience()).size() == 4);
}

TEST_CASE("tmux: following a log gives new lines, and ends with the service") {
    const Place place;
    auto tmux = place.runtime();
    auto spec = place.service("hello", "echo one\necho two\nread line\necho three\n");
    spec.restart_policy = "no";
    const Instance instance = place.run(tmux, spec);
    REQUIRE(logs(tmux, instance, "two"));
    CHECK(log_of(tmux, instance, {.last_lines = 1}) == "o:two\n");
    std::string followed;
    const auto sink = [&](std::string_view line, bool, std::int64_t) {
        followed += std::string(line) + "\n";
        // What a person types in the session is the program's standard input.
        if (line == "two")
            support::run(
                {"tmux", "-S", place.socket(), "send-keys", "-t", "=hello:", "x", "Enter"});
        return true;
    };
    CHECK(tmux.logs(instance.id, {.follow = true, .last_lines = 1}, sink, patience()));
    CHECK(followed == "two\nthree\n");
    CHECK(log_of(tmux, instance, {.since_ms = base::unix_ms() + 1000}).empty());
}

TEST_CASE("tmux: a service whose tmux server is killed is failed, and can be started again") {
    const Place place;
    auto tmux = place.runtime();
    const Instance instance = place.run(tmux, place.service("hello", sleeper));
    support::run({"tmux", "-S", place.socket(), "kill-server"});
    CHECK(eventually(10s, [&] { return tmux.find("hello", patience())->state == State::failed; }));
    CHECK(tmux.find("hello", patience())->detail.find("its tmux session was ended") == 0);
    CHECK(runtime::processes_of_run(instance.run_id).empty());
    CHECK(tmux.start("hello", patience()));
    CHECK(tmux.find("hello", patience())->state == State::running);
}

TEST_CASE("tmux: what a killed supervisor leaves behind is found and ended") {
    const Place place;
    auto tmux = place.runtime();
    const Instance instance =
        place.run(tmux, place.service("hello", "trap '' HUP\necho ready\nsleep 1000\n"));
    REQUIRE(logs(tmux, instance, "ready"));
    const auto record = runtime::current_run(place.directory.path() / "state", "hello");
    REQUIRE(::kill(record->state().supervisor, SIGKILL) == 0);
    CHECK(eventually(5s, [&] { return tmux.find("hello", patience())->state == State::failed; }));
    CHECK(tmux.find("hello", patience())->detail.find("its supervisor was killed") == 0);
    CHECK(!runtime::processes_of_run(instance.run_id).empty());
    tmux.reconcile(patience());
    CHECK(runtime::processes_of_run(instance.run_id).empty());
}

TEST_CASE("tmux: reconciling removes launches that nobody finished, and no service") {
    const Place place;
    auto tmux = place.runtime();
    const auto spec = place.service("hello", sleeper);
    const Instance service = place.run(tmux, spec);
    const Instance forgotten = place.launch(tmux, spec);
    tmux.reconcile(patience());
    CHECK(tmux.list(true, patience()).size() == 1);
    CHECK(tmux.find("hello", patience())->id == service.id);
    CHECK(tmux.find("hello", patience())->state == State::running);
    CHECK(runtime::processes_of_run(forgotten.run_id).empty());
}

TEST_CASE("tmux: records that are being made, or were written half, are in nobody's way") {
    const Place place;
    auto tmux = place.runtime();
    const auto running = place.run(tmux, place.service("well", "exec sleep 1000\n"));
    const fs::path state = place.directory.path() / "state";
    const auto begun = runtime::RunFolder::create(state, "begun");
    const auto going = runtime::RunFolder::create(state, "going");
    going.make_current();
    const auto torn = runtime::RunFolder::create(state, "torn");
    torn.make_current();
    place.directory.write("state/torn/" + torn.run_id() + "/launch.json", "");
    place.directory.write("state/torn/" + torn.run_id() + "/state.json", "{\"sta");

    const auto all = tmux.list(true, patience());
    REQUIRE(all.size() == 2);
    CHECK(all[0].name == "torn");
    CHECK(all[0].state == runtime::State::failed);
    CHECK(all[0].detail.find("launch.json") != std::string::npos);
    CHECK(all[1].id == running.id);
    CHECK_FALSE(tmux.find("going", patience()));
    CHECK(tmux.usage(patience()).size() == 1);
    CHECK(tmux.remove("torn", std::chrono::seconds{1}, patience()));
    CHECK(tmux.list(true, patience()).size() == 1);
}

TEST_CASE("tmux: an inspection shows no secret") {
    const Place place;
    auto tmux = place.runtime();
    auto spec = place.service("hello", sleeper);
    spec.environment = {{"DB_PASSWORD", "canary1"}, {"BAND_BUS", "redis://u:canary2@host/0"}};
    place.run(tmux, spec);
    const std::string text = tmux.inspect("hello", patience()).value();
    CHECK(text.find("canary") == std::string::npos);
    CHECK(text.find("redis://***@host/0") != std::string::npos);
}

TEST_CASE("tmux: memory and processor time are those of the whole tree") {
    const Place place;
    auto tmux = place.runtime();
    place.run(tmux, place.service("hello", "sleep 1000 &\nsleep 1000 &\nwait\n"));
    CHECK(eventually(5s, [&] {
        const auto usage = tmux.usage(patience());
        return usage.size() == 1 && usage[0].name == "hello" && usage[0].memory_bytes > 1000000;
    }));
}

TEST_CASE("tmux: a program that wants more memory than it may have does not get it") {
    const Place place;
    auto tmux = place.runtime();
    auto spec = place.service("hello", "head -c 99000000 /dev/zero | tail -c 99000000 | wc -c\n"
                                       "exec sleep 1000\n");
    spec.memory_bytes = 32 * 1024 * 1024;
    const Instance instance = place.run(tmux, spec);
    CHECK(logs(tmux, instance, "o:0\n"));
    CHECK(logs(tmux, instance, "memory exhausted"));
}

TEST_CASE("tmux: waiting ends in time and when it is interrupted") {
    const Place place;
    auto tmux = place.runtime();
    place.run(tmux, place.service("hello", "trap '' TERM\nwhile :; do sleep 1; done\n"));
    CHECK_THROWS_WITH_AS(tmux.stop("hello", 60s, patience(100ms)),
                         doctest::Contains("while stopping it"), base::Error);
    CHECK(tmux.stop("hello", 0s, patience()));
}
