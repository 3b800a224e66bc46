#include "director_fixture.hpp"

#include <doctest/doctest.h>

#include <csignal>

using integration::answering;
using integration::Directed;
using support::eventually;
using namespace std::chrono_literals;

namespace {

/// What a machine is after its power has gone: without the director, and without a process of
/// "tsvc".
void power_off(Directed& machine) {
    machine.director->signal(SIGKILL);
    REQUIRE(machine.director->wait());
    support::run({"tmux", "-S", machine.tmux_socket(), "kill-server"});
    support::Redis redis{machine.redis};
    REQUIRE(eventually(20s, [&] {
        return redis.command({"PUBSUB", "NUMSUB", "tsvc"})[1].integer == 0;
    }));
}

/// A supervisor that is about to end may still write one.
void forget_records(const Directed& machine) {
    REQUIRE(eventually(10s, [&] {
        std::error_code error;
        std::filesystem::remove_all(machine.directory.path() / "state", error);
        return !error && machine.runs() == 0;
    }));
}

} // namespace

TEST_CASE("director: while Redis is away it serves, and calls come back with it") {
    Directed machine;
    machine.add_service("tsvc", answering);
    machine.add_service("other", "sleep 1000\n");
    REQUIRE(machine.post("/run/tsvc").status == 200);
    machine.redis.kill9();
    CHECK(eventually(10s, [&] { return machine.get("/call/tsvc/echo").status == 503; }));
    CHECK(machine.get("/ls").body.find(R"("tsvc":"running")") != std::string::npos);
    CHECK(Directed::in(machine.get("/healthz"), "redis.up") == "false");
    CHECK(machine.post("/run/other", R"({"until":"started"})").status == 200);
    CHECK(machine.post("/stop/tsvc").status == 200);
    CHECK(machine.post("/start/tsvc").status == 200);
    machine.redis.start();
    CHECK(eventually(10s, [&] { return machine.get("/call/tsvc/echo?x=1").status == 200; }));
    CHECK(machine.eventually_listed("tsvc", "answers", "true"));
    // What was changed meanwhile is there now.
    support::Redis redis{machine.redis};
    CHECK(eventually(10s, [&] {
        return redis.command({"SISMEMBER", "band-set-started", "other"}).integer == 1;
    }));
}

TEST_CASE(
    "director: what should run outlives a Redis that comes back with less, or with the past") {
    Directed machine;
    machine.add_service("tsvc", answering);
    machine.add_service("idle", answering);
    REQUIRE(machine.post("/run/tsvc", R"({"env":{"COLOUR":"blue"}})").status == 200);
    REQUIRE(machine.post("/run/idle").status == 200);
    REQUIRE(machine.post("/stop/idle").status == 200);
    support::Redis redis{machine.redis};
    redis.command({"MULTI"});
    redis.command({"FLUSHALL"});
    redis.command({"SADD", "band-set-started", "idle"});
    redis.command({"CLIENT", "KILL", "TYPE", "normal"});
    redis.command({"CLIENT", "KILL", "TYPE", "pubsub"});
    redis.command({"EXEC"});
    CHECK(eventually(10s, [&] {
        return redis.command({"SMEMBERS", "band-set-started"}).elements.size() == 1 &&
               redis.command({"SISMEMBER", "band-set-started", "tsvc"}).integer == 1;
    }));
    CHECK(redis.command({"GET", "band-config-tsvc"}).text.find("blue") != std::string::npos);
    CHECK(codec::find_text(machine.listed("tsvc"), "wanted") == "true");
    CHECK(codec::find_text(machine.listed("idle"), "status") == "stopped");
}

TEST_CASE("director: a service that Docker ran goes nowhere else while Docker is away") {
    Directed machine;
    machine.add_service("tsvc", answering);
    machine.directory.write("services/tsvc/Dockerfile", "FROM scratch\n");
    support::Redis redis{machine.redis};
    redis.command({"SADD", "band-set-started", "tsvc"});
    redis.command({"SET", "band-config-tsvc", R"({"runtime":"docker"})"});
    machine.director->signal(SIGTERM);
    REQUIRE(machine.director->wait());
    machine.start();
    REQUIRE(machine.eventually_listed("tsvc", "wanted", "true"));
    CHECK(machine.post("/run/tsvc").status == 503);
    CHECK(machine.runs() == 0);
    CHECK(machine.post("/run/tsvc", R"({"runtime":"tmux"})").status == 200);
}

TEST_CASE("director: killed in the middle of a run, the next one finds the old version running") {
    Directed machine;
    machine.add_service("tsvc", answering);
    const auto old = machine.post("/run/tsvc");
    REQUIRE(old.status == 200);
    machine.add_service("tsvc", "exec sleep 1000\n"); // which never answers
    support::Process curl{{"curl", "-s", "-X", "POST", machine.url + "/run/tsvc"}};
    REQUIRE(eventually(10s, [&] { return machine.runs() == 2; }));
    machine.director->signal(SIGKILL);
    REQUIRE(machine.director->wait());
    machine.start();
    CHECK(eventually(10s, [&] { return machine.runs() == 1; }));
    CHECK(machine.eventually_listed("tsvc", "instance.run_id",
                                    Directed::in(old, "result.instance.run_id")));
    CHECK(machine.get("/call/tsvc/echo").status == 200);
}

TEST_CASE("director: what should run is started again after a reboot, what was stopped is not") {
    Directed machine;
    machine.add_service("tsvc", answering);
    machine.add_service("idle", answering);
    REQUIRE(machine.post("/run/tsvc", R"({"env":{"COLOUR":"blue"}})").status == 200);
    REQUIRE(machine.post("/run/idle").status == 200);
    REQUIRE(machine.post("/stop/idle").status == 200);
    power_off(machine);
    machine.start();
    CHECK(machine.eventually_listed("tsvc", "answers", "true"));
    CHECK(machine.get("/v2/show/tsvc").body.find("blue") != std::string::npos);
    CAPTURE(machine.listed("idle"));
    CHECK(codec::find_text(machine.listed("idle"), "status") == "stopped");
    CHECK(machine.runs() == 2);
}

TEST_CASE("director: what should run is not forgotten while Redis will not say it") {
    Directed machine;
    machine.add_service("tsvc", answering);
    REQUIRE(machine.get("/run/tsvc").status == 200);
    support::Redis redis{machine.redis};
    redis.command({"RENAME", "band-set-started", "kept"});
    redis.command({"SET", "band-set-started", "no set"});
    redis.command({"CLIENT", "KILL", "TYPE", "normal"}); // it reads anew
    REQUIRE(machine.director->wait_for_err("connected again"));
    CHECK(machine.eventually_listed("tsvc", "answers", "true"));
    CHECK(codec::find_text(machine.listed("tsvc"), "wanted") == "true");
}

TEST_CASE("director: a service that should run and has vanished is run again in the same way") {
    Directed machine;
    machine.add_service("tsvc", answering);
    const auto first = machine.post("/run/tsvc", R"({"env":{"COLOUR":"blue"}})");
    REQUIRE(first.status == 200);
    power_off(machine);
    forget_records(machine);
    machine.start();
    CHECK(machine.eventually_listed("tsvc", "answers", "true"));
    CHECK(codec::find_text(machine.listed("tsvc"), "instance.run_id") !=
          Directed::in(first, "result.instance.run_id"));
    CHECK(machine.get("/v2/show/tsvc").body.find("blue") != std::string::npos);
}

TEST_CASE("director: a service that cannot be started any more is told, and tried again") {
    Directed machine;
    machine.add_service("tsvc", answering);
    REQUIRE(machine.post("/run/tsvc").status == 200);
    power_off(machine);
    forget_records(machine);
    machine.add_service("tsvc", "exit 3\n");
    machine.start();
    CHECK(eventually(10s, [&] {
        return codec::find_text(machine.listed("tsvc"), "trouble")
            .value_or("")
            .starts_with("cannot be started, next attempt in ");
    }));
    machine.add_service("tsvc", answering);
    CHECK(machine.eventually_listed("tsvc", "answers", "true"));
}

TEST_CASE("director: at SIGTERM it answers what it has begun and ends its streams") {
    Directed machine;
    machine.add_service("talk", "echo listening\nexec sleep 1000\n");
    REQUIRE(machine.post("/run/talk", R"({"until":"started"})").status == 200);
    support::Process log{{"curl", "-sN", machine.url + "/logs/talk?follow=1"}};
    REQUIRE(log.wait_for_out("listening\n"));
    machine.add_service("slow", "sleep 1\n" + answering);
    support::Process events{{"curl", "-sN", machine.url + "/events"}};
    REQUIRE(events.wait_for_out("event: services"));
    support::Process run{
        {"curl", "-s", "-w", "%{http_code}", "-X", "POST", machine.url + "/run/slow"}};
    REQUIRE(eventually(10s, [&] { return machine.runs() == 2; }));
    machine.director->signal(SIGTERM);
    CHECK(machine.director->wait(10s) == 0);
    CHECK(events.wait(5s) == 0);
    CHECK(log.wait(5s) == 0);
    CHECK(log.out().ends_with("director: logs: the director has been stopped\n"));
    REQUIRE(run.wait(5s) == 0);
    CHECK(run.out().ends_with("200"));
}

TEST_CASE("director: a build that is still going on does not hold up its end") {
    Directed machine;
    machine.add_service("mute", "exec sleep 1000\n");
    support::Process run{{"curl", "-s", "-X", "POST", machine.url + "/run/mute"}};
    REQUIRE(eventually(10s, [&] { return machine.runs() == 1; }));
    machine.director->signal(SIGTERM);
    CHECK(machine.director->wait(15s) == 0);
    CHECK(machine.runs() == 0);
}

TEST_CASE("director: the page's events and a followed log come as they happen") {
    Directed machine;
    machine.add_service("talk", "while read line; do echo \"heard $line\"; done < \"" +
                                    (machine.directory.path() / "fifo").string() +
                                    "\"\nexec sleep 1000\n");
    support::run({"mkfifo", machine.directory.path() / "fifo"});
    support::Process events{{"curl", "-sN", machine.url + "/events"}};
    REQUIRE(events.wait_for_out("event: services"));
    REQUIRE(machine.post("/run/talk", R"({"until":"started"})").status == 200);
    CHECK(events.wait_for_out(R"({"name":"talk")"));
    CHECK(events.wait_for_out("event: progress"));
    support::Process log{{"curl", "-sN", machine.url + "/logs/talk?follow=1"}};
    REQUIRE(eventually(10s, [&] {
        return machine.get("/metrics").body.find("director_log_readers 1") != std::string::npos;
    }));
    support::Process writer{
        {"sh", "-c", "echo one > \"$1\"", "sh", machine.directory.path() / "fifo"}};
    CHECK(log.wait_for_out("heard one\n"));
    log.signal(SIGKILL);
    CHECK(eventually(10s, [&] {
        return machine.get("/metrics").body.find("director_log_readers 0") != std::string::npos;
    }));
}

TEST_CASE("director: a service's oversized or odd words do it no harm") {
    Directed machine;
    support::Redis redis{machine.redis};
    redis.command(
        {"PUBLISH", "band",
         R"({"jsonrpc":"2.0","method":"band:__iamalive:x","params":{"name":"../../x"}})"});
    redis.command({"PUBLISH", "band", R"({"jsonrpc":"2.0","method":"band:__iamalive:x"})"});
    redis.command({"PUBLISH", "band", std::string(100, '[')});
    redis.command({"PUBLISH", "band", std::string(20 << 20, 'x')});
    redis.command({"PUBLISH", "director", "\xff\xfe"});
    for (int i = 0; i < 1200; ++i)
        redis.command({"PUBLISH", "director",
                       R"({"jsonrpc":"2.0","method":"director:__iamalive:x","params":{"name":"n)" +
                           std::to_string(i) + "\"}}"});
    CHECK(eventually(
        10s, [&] { return machine.get("/ls").body.find(R"("n999":null)") != std::string::npos; }));
    CHECK(machine.get("/ls").body.find(R"("n1100")") == std::string::npos);
}
