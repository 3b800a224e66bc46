// rpc::Caller and call_once on a real Redis.
#include "base/error.hpp"
#include "rpc_fixture.hpp"

#include <doctest/doctest.h>

#include <sys/eventfd.h>
#include <unistd.h>

using namespace rpc_test;
using Status = rpc::Result::Status;

namespace {

const rpc::Call hello{"echo", "echo", R"({"a":1})"};

base::Error error_of(const std::function<void()>& function) {
    try {
        function();
    } catch (const base::Error& error) {
        return error;
    }
    return {base::ErrorKind::internal, "no error", ""};
}

std::string field(const std::string& message, const std::string& name) {
    const std::string key = "\"" + name + "\": \"";
    const auto start = message.find(key) + key.size();
    return message.substr(start, message.find('"', start) - start);
}

std::string sender_of(const std::string& request) {
    const std::string method = field(request, "method");
    return method.substr(method.rfind(':') + 1);
}

std::string answer(const std::string& request, const std::string& result) {
    return R"({"jsonrpc":"2.0","result":)" + result + R"(,"id":")" + field(request, "id") + "\"}";
}

} // namespace

TEST_CASE("call: the result of a method comes back, however it is asked for") {
    const RedisServer server;
    EchoService service{config_of(server)};
    service.open();
    CHECK(rpc::call_once(config_of(server), hello, within(10s)) == R"({"a":1})");
    CHECK(rpc::call_once(config_of(server), {"echo", "echo"}, within(10s)) == "{}");
    TestCaller caller{config_of(server)};
    CHECK(caller.call("echo", "echo", R"(["é/",1.50])").json == R"(["é\/",1.50])");
    const std::vector<rpc::Call> calls{
        hello, {"ghost", "echo"}, {"echo", "nosuch"}, {"echo", "echo"}};
    const auto results = rpc::call_all(config_of(server), calls, within(10s));
    REQUIRE(results.size() == 4);
    CHECK(results[0].json == R"({"a":1})");
    CHECK(results[0].from == "echo");
    CHECK(results[1].status == Status::nobody);
    CHECK(results[2].failure.code == rpc::code::method_not_found);
    CHECK(results[3].json == "{}");
}

TEST_CASE("call: a server that allows no transaction is talked to over two connections") {
    const RedisServer server{{"--rename-command", "MULTI", ""}};
    EchoService service{config_of(server)};
    service.open();
    CHECK(rpc::call_once(config_of(server), hello, within(10s)) == R"({"a":1})");
}

TEST_CASE("call: nobody there is known at once") {
    const RedisServer server;
    const auto error = error_of([&] {
        rpc::call_once(config_of(server), {"ghost", "echo"}, within(1min));
    });
    CHECK(error.kind() == base::ErrorKind::unavailable);
    CHECK(error.what() ==
          std::string("ghost.echo: nobody answers to \"ghost\"; is the service running?"));
    TestCaller caller{config_of(server)};
    CHECK(caller.call("ghost", "echo", "", 1min).status == Status::nobody);
}

TEST_CASE("call: an error answer is told with its code") {
    const RedisServer server;
    EchoService service{config_of(server)};
    service.open();
    const auto error = error_of([&] {
        rpc::call_once(config_of(server), {"echo", "nosuch"}, within(10s));
    });
    CHECK(error.kind() == base::ErrorKind::no);
    CHECK(error.what() == std::string("echo.nosuch: Method not found (-32601)"));
}

TEST_CASE("notify: how many listen is known, and nobody is told apart from Redis being away") {
    RedisServer server;
    Redis one{server};
    Redis two{server};
    TestCaller caller{config_of(server)};
    CHECK(caller.notify("echo", "refresh").status == Status::nobody);
    one.command({"SUBSCRIBE", "echo"});
    two.command({"SUBSCRIBE", "echo"});
    CHECK(caller.notify("echo", "refresh").json == "2");
    const std::string message = two.next_message();
    CHECK(message.find(R"("method": "echo:refresh:)") != std::string::npos);
    CHECK(message.find("\"id\"") == std::string::npos);
    server.kill9();
    CHECK(caller.stage.eventually([&] { return !caller.caller.ready(); }));
    CHECK(caller.notify("echo", "refresh").status == Status::away);
    CHECK(caller.caller.in_flight() == 0);
}

TEST_CASE("call: of two instances the first answer wins") {
    const RedisServer server;
    EchoService one{config_of(server)};
    EchoService two{config_of(server)};
    one.open();
    two.open();
    TestCaller caller{config_of(server)};
    for (int i = 0; i < 50; ++i)
        CHECK(caller.call("echo", "echo", std::to_string(i).insert(0, "[") + "]").json ==
              "[" + std::to_string(i) + "]");
    CHECK(caller.stage.eventually([&] { return caller.caller.ignored() == 50; }));
    CHECK(rpc::call_once(config_of(server), hello, within(10s)) == R"({"a":1})");
}

TEST_CASE("call: garbage, foreign answers and answers to others do not end the wait") {
    const RedisServer server;
    Redis service{server};
    service.command({"SUBSCRIBE", "echo"});
    Redis sender{server};
    const auto disturb = [&](const std::string& request) {
        const std::string to = sender_of(request);
        for (const std::string& text :
             {std::string("{bad"), std::string("[]"), std::string("\xff"), std::string("null"),
              request, std::string(R"({"jsonrpc":"2.0","result":"foreign","id":"1"})"),
              std::string(R"({"jsonrpc":"2.0","result":"foreign","id":null})"),
              std::string(R"({"result":"no version","id":")" + field(request, "id") + "\"}")})
            sender.command({"PUBLISH", to, text});
        sender.command({"PUBLISH", to, answer(request, "\"right\"")});
        sender.command({"PUBLISH", to, answer(request, "\"second\"")});
    };
    TestCaller caller{config_of(server)};
    auto result = caller.begin("echo", "echo", "");
    disturb(service.next_message());
    CHECK(result.get().json == "\"right\"");
    CHECK(caller.stage.eventually([&] { return caller.caller.ignored() == 9; }));

    auto once = std::async(std::launch::async,
                           [&] { return rpc::call_once(config_of(server), hello, within(10s)); });
    disturb(service.next_message());
    CHECK(once.get() == "\"right\"");
}

TEST_CASE("call: an answer that comes too late answers no other call") {
    const RedisServer server;
    Redis service{server};
    service.command({"SUBSCRIBE", "echo"});
    Redis sender{server};
    TestCaller caller{config_of(server)};
    CHECK(caller.call("echo", "echo", "", 50ms).status == Status::timed_out);
    const std::string late = service.next_message();
    auto result = caller.begin("echo", "echo", "");
    const std::string request = service.next_message();
    CHECK(field(late, "id") != field(request, "id"));
    sender.command({"PUBLISH", sender_of(late), answer(late, "\"late\"")});
    sender.command({"PUBLISH", sender_of(request), answer(request, "\"right\"")});
    CHECK(result.get().json == "\"right\"");
}

TEST_CASE("call: waiting ends at the deadline, and at a signal to stop") {
    const RedisServer server;
    Redis service{server};
    service.command({"SUBSCRIBE", "echo"});
    const auto late = error_of([&] { rpc::call_once(config_of(server), hello, within(50ms)); });
    CHECK(late.kind() == base::ErrorKind::timeout);
    const base::UniqueFd stop{::eventfd(1, EFD_CLOEXEC)};
    const auto stopped =
        error_of([&] { rpc::call_once(config_of(server), hello, {.stop_fd = stop.get()}); });
    CHECK(stopped.kind() == base::ErrorKind::interrupted);
}

TEST_CASE("call: an answer of 20 MB") {
    const RedisServer server;
    EchoService service{config_of(server)};
    const std::string big = "\"" + std::string(20'000'000, 'x') + "\"";
    service.callee.expose({"big"},
                          [&](const rpc::IncomingCall&, rpc::Answer reply) { reply.result(big); });
    service.open();
    CHECK(rpc::call_once(config_of(server), {"echo", "big"}, within(30s)) == big);
    TestCaller caller{config_of(server)};
    CHECK(caller.call("echo", "big", "", 30s).json == big);
}

TEST_CASE("call: what Redis takes with it is told, and calls work again when it is back") {
    RedisServer server;
    EchoService service{config_of(server)};
    service.callee.expose({"never"}, [held = std::make_shared<std::vector<rpc::Answer>>()](
                                         const rpc::IncomingCall&, rpc::Answer reply) {
        held->push_back(std::move(reply));
    });
    service.open();
    TestCaller caller{config_of(server)};
    CHECK(caller.call("echo", "echo", "").ok());
    auto lost = caller.begin("echo", "never", "", 1min);
    server.kill9();
    CHECK(lost.get().status == Status::away);
    CHECK(caller.call("echo", "echo", "", 1min).status == Status::away);
    CHECK(error_of([&] { rpc::call_once(config_of(server), hello, within(1min)); }).kind() ==
          base::ErrorKind::unavailable);
    server.start();
    CHECK(caller.stage.eventually([&] { return caller.caller.ready(); }));
    CHECK(service.stage.eventually([&] { return service.callee.ready(); }));
    CHECK(caller.call("echo", "echo", "").ok());
}

TEST_CASE("call: names that cannot be addressed are refused") {
    const RedisServer server;
    for (const rpc::Call& call : {rpc::Call{"", "m"}, rpc::Call{"a:b", "m"}, rpc::Call{"a", "m:x"},
                                  rpc::Call{std::string(256, 'a'), "m"}})
        CHECK(error_of([&] { rpc::call_once(config_of(server), call, within(10s)); }).kind() ==
              base::ErrorKind::usage);
}

TEST_CASE("call: everybody is asked at once, and each is heard") {
    const RedisServer server;
    EchoService one{config_of(server), {.name = "one", .broadcast = true}};
    EchoService two{config_of(server), {.name = "two"}}; // says no more than its status there
    one.open();
    two.open();
    const auto answers = rpc::ask_everybody(config_of(server), "__status", "", within(10s));
    REQUIRE(answers.size() == 2);
    std::vector<std::string> names{answers[0].from, answers[1].from};
    std::ranges::sort(names);
    CHECK(names == std::vector<std::string>{"one", "two"});
    CHECK(rpc::ask_everybody(config_of(server), "echo", "[1]", within(200ms)).size() == 1);
}

TEST_CASE("notify: it is sent, and the number of those who listen is told") {
    const RedisServer server;
    Redis service{server};
    service.command({"SUBSCRIBE", "echo"});
    CHECK(rpc::notify_once(config_of(server), {"echo", "wake", R"({"n":1})"},
                           {.from = "lab", .deadline = base::Deadline::after(10s)}) == 1);
    CHECK(service.next_message() ==
          R"({"jsonrpc": "2.0", "method": "echo:wake:lab", "params": {"n": 1}})");
    CHECK(rpc::notify_once(config_of(server), {"ghost", "wake"}, within(10s)) == 0);
}
