// rpc::Callee on a real Redis, beyond what the originals were seen to do.
#include "rpc_fixture.hpp"

#include <doctest/doctest.h>

using namespace rpc_test;
using Status = rpc::Result::Status;

TEST_CASE("callee: answers may be given later, in another order") {
    const RedisServer server;
    EchoService service{config_of(server)};
    std::vector<rpc::Answer> held;
    service.callee.expose({"later"}, [&](const rpc::IncomingCall&, rpc::Answer answer) {
        held.push_back(std::move(answer));
    });
    service.open();
    TestCaller caller{config_of(server)};
    auto first = caller.begin("echo", "later", "");
    auto second = caller.begin("echo", "later", "");
    CHECK(service.stage.eventually([&] { return held.size() == 2; }));
    service.stage.run([&] {
        held[1].result("2");
        held[0].error({404, "not here", R"({"x":1})"});
        held[0].result("\"too late\"");
        held.clear();
    });
    CHECK(second.get().json == "2");
    const auto refused = first.get();
    CHECK(refused.failure.code == 404);
    CHECK(refused.failure.message == "not here");
    CHECK(refused.failure.data == R"({"x":1})");
}

TEST_CASE("callee: an answer that is dropped, and one that outlives the callee") {
    const RedisServer server;
    std::vector<rpc::Answer> held;
    {
        EchoService service{config_of(server)};
        service.callee.expose({"drop"}, [](const rpc::IncomingCall&, rpc::Answer) {});
        service.callee.expose({"hold"}, [&](const rpc::IncomingCall&, rpc::Answer answer) {
            held.push_back(std::move(answer));
        });
        service.open();
        TestCaller caller{config_of(server)};
        CHECK(caller.call("echo", "drop", "").failure.code == rpc::code::server_error);
        caller.begin("echo", "hold", "", 1min);
        CHECK(service.stage.eventually([&] { return held.size() == 1; }));
    }
    held[0].result("1");
}

TEST_CASE("callee: more calls at once than it is to hold are refused") {
    const RedisServer server;
    EchoService service{config_of(server), {.name = "echo", .most_in_flight = 2}};
    std::vector<rpc::Answer> held;
    service.callee.expose({"hold"}, [&](const rpc::IncomingCall&, rpc::Answer answer) {
        held.push_back(std::move(answer));
    });
    service.open();
    TestCaller caller{config_of(server)};
    auto one = caller.begin("echo", "hold", "");
    auto two = caller.begin("echo", "hold", "");
    CHECK(caller.call("echo", "echo", "").failure.message == "Too many calls at once");
    service.stage.run([&] {
        for (rpc::Answer& answer : held)
            answer.result("true");
    });
    CHECK(one.get().ok());
    CHECK(two.get().ok());
    CHECK(caller.call("echo", "echo", "").ok());
}

TEST_CASE("callee: the originals' own methods, under several names, notifications among them") {
    const RedisServer server;
    EchoService director{config_of(server),
                         {.name = "director", .aliases = {"band"}, .announce = false}};
    std::vector<std::string> heard;
    const auto hear = [&](const rpc::IncomingCall& call, rpc::Answer answer) {
        heard.push_back(std::string(call.to) + ":" + std::string(call.method) + ":" +
                        std::string(call.from) + (call.notification ? " notified" : ""));
        answer.result("\"ok\"");
    };
    for (const std::string method : {"list", "__status", "__iamalive"})
        director.callee.expose({method}, hear);
    director.open();
    rpc::CallOptions options = within(10s);
    options.from = "lab";
    CHECK(rpc::call_once(config_of(server), {"band", "list"}, options) == "\"ok\"");
    CHECK(rpc::call_once(config_of(server), {"director", "__status"}, options) == "\"ok\"");
    CHECK(rpc::notify_once(config_of(server), {"band", "__iamalive", R"({"name":"x"})"}, options) ==
          1);
    CHECK(director.stage.eventually([&] { return heard.size() == 3; }));
    CHECK(heard == std::vector<std::string>{"band:list:lab", "director:__status:lab",
                                            "band:__iamalive:lab notified"});
}

TEST_CASE("callee: a notification is never answered, whatever comes of it") {
    const RedisServer server;
    EchoService service{config_of(server)};
    service.callee.expose(
        {"throw"}, [](const rpc::IncomingCall&, rpc::Answer) { throw std::runtime_error("no"); });
    service.open();
    Redis lab{server};
    lab.command({"SUBSCRIBE", "lab"});
    Redis sender{server};
    for (const std::string method : {"echo", "nosuch", "throw"})
        sender.command({"PUBLISH", "echo",
                        R"({"jsonrpc":"2.0","method":"echo:)" + method + R"(:lab","params":{}})"});
    sender.command(
        {"PUBLISH", "echo", R"({"jsonrpc":"2.0","method":"echo:echo:lab","params":[1],"id":7})"});
    CHECK(lab.next_message() ==
          R"({"jsonrpc":"2.0","result":[1],"id":7,"from":"echo","to":"lab"})");
    service.stage.run(
        [&] { CHECK(service.record.faults == std::vector<std::string>{"throw: no"}); });
}

TEST_CASE("callee: its status, in the form of the director who asks") {
    const RedisServer server;
    EchoService service{config_of(server)};
    service.open();
    rpc::CallOptions options = within(10s);
    options.from = "director";
    const auto second =
        rpc::parse_status(rpc::call_once(config_of(server), {"echo", "__status"}, options));
    CHECK(second.name == "echo");
    options.from = "band";
    const auto first =
        rpc::parse_status(rpc::call_once(config_of(server), {"echo", "__status"}, options));
    CHECK(first.name.empty());
    for (const rpc::Status& status : {first, second}) {
        REQUIRE(status.methods.size() == 1);
        CHECK(status.methods[0].name == "echo");
        CHECK(status.methods[0].role == "handler");
        CHECK(status.started_ms > 0);
    }
}
