// bus::Requester on a real Redis. The service is played by the test itself, with plain commands.
#include "base/clock.hpp"
#include "base/error.hpp"
#include "bus/bus.hpp"
#include "support/eventually.hpp"
#include "support/redis_client.hpp"
#include "support/redis_server.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <thread>

using namespace support;
using namespace std::chrono_literals;

namespace {

using Fields = std::vector<std::string>;

const std::string stream = "band:commands:{billing}";

void make_service(Redis& redis) {
    redis.command({"XGROUP", "CREATE", stream, "billing", "$", "MKSTREAM"});
    redis.command({"ZADD", "band:index:commands", "0", "billing"});
}

/// Takes one command as the service would and hands it to `handle`, on a thread of its own.
class Service {
public:
    Service(const RedisServer& server, std::function<void(Redis&, const Answer&)> handle)
        : thread_([&server, handle = std::move(handle)] {
              Redis redis{server};
              const Answer read = redis.ask({"XREADGROUP", "GROUP", "billing", "one", "COUNT", "1",
                                             "BLOCK", "10000", "STREAMS", stream, ">"});
              if (read.size() == 1)
                  handle(redis, read[0][1][0]);
          }) {}
    ~Service() { thread_.join(); }

private:
    std::thread thread_;
};

void answer(Redis& redis, const Answer& command, const std::string& correlation_id,
            const std::string& body, const std::string& status) {
    const std::string reply_to = command[1]["reply_to"].text;
    const std::string key = "band:commands:{" + reply_to.substr(0, reply_to.rfind('.')) + "}";
    redis.command({"XADD", key, "*", "body", body, "routing_key", reply_to, "correlation_id",
                   correlation_id, "status", status});
}

message::Message charge() {
    message::Message command;
    command.routing_key = "billing.charge";
    command.body = "{}";
    command.conversation_id = "talk";
    return command;
}

message::Message request(const RedisServer& server, bus::RequestOptions options = {}) {
    return bus::Bus::open({.url = server.url()})->requester()->request(charge(), options);
}

base::Error error_of(const RedisServer& server, bus::RequestOptions options = {}) {
    try {
        request(server, options);
    } catch (const base::Error& error) {
        return error;
    }
    return {base::ErrorKind::internal, "no error", ""};
}

} // namespace

TEST_CASE("requester: the result comes back, and the reply stream goes soon, but not before "
          "watchers read it") {
    const RedisServer server;
    Redis redis{server};
    make_service(redis);
    for (const std::string status : {"success", "error"}) {
        const Service service{server, [&](Redis& own, const Answer& command) {
                                  CHECK(command[1]["conversation_id"].text == "talk");
                                  CHECK(command[1]["routing_key"].text == "billing.charge");
                                  answer(own, command, command[1]["correlation_id"].text, "[1]",
                                         status);
                              }};
        const message::Message result = request(server);
        CHECK(result.status == status);
        CHECK(result.body == "[1]");
    }
    const auto streams = redis.command({"KEYS", "band:commands:*"}).texts();
    CHECK(streams.size() == 3);
    for (const std::string& key : streams) {
        const auto left = redis.command({"PTTL", key}).integer;
        CHECK((key == stream ? left == -1 : left > 0 && left <= 10'000));
    }
    CHECK(redis.command({"ZRANGEBYSCORE", "band:index:commands", "0", "0"}).texts() ==
          Fields{"billing"});
    const std::string soon = std::to_string(base::unix_ms() + 10'000);
    CHECK(redis.command({"ZCOUNT", "band:index:commands", "(0", soon}).integer == 2);
}

TEST_CASE("requester: answers to others, and second answers, are ignored") {
    const RedisServer server;
    Redis redis{server};
    make_service(redis);
    const Service service{server, [](Redis& own, const Answer& command) {
                              const std::string id = command[1]["correlation_id"].text;
                              answer(own, command, "another", "\"foreign\"", "success");
                              answer(own, command, "", "\"nameless\"", "success");
                              answer(own, command, id, "\"first\"", "success");
                              answer(own, command, id, "\"second\"", "error");
                          }};
    CHECK(request(server).body == "\"first\"");
}

TEST_CASE("requester: a service that nobody knows is refused at once, with the names of others") {
    const RedisServer server;
    Redis redis{server};
    redis.command({"ZADD", "band:index:commands", "0", "shipping"});
    const auto start = std::chrono::steady_clock::now();
    const auto error = error_of(server);
    CHECK(std::chrono::steady_clock::now() - start < 5s);
    CHECK(error.kind() == base::ErrorKind::unavailable);
    CHECK(error.hint() == "known are: shipping");
    CHECK(redis.command({"EXISTS", stream}).integer == 0);
}

TEST_CASE("requester: without a living instance it fails at once where that was asked for") {
    const RedisServer server;
    Redis redis{server};
    make_service(redis);
    const auto error = error_of(server, {.need_instance = true});
    CHECK(error.kind() == base::ErrorKind::unavailable);
    CHECK(redis.command({"XLEN", stream}).integer == 0);
    redis.command({"XGROUP", "CREATECONSUMER", stream, "billing", "one"});
    redis.command({"SET", "band:alive:{billing}:one", "1"});
    const Service service{server, [](Redis& own, const Answer& command) {
                              answer(own, command, command[1]["correlation_id"].text, "1",
                                     "success");
                          }};
    CHECK(request(server, {.need_instance = true}).body == "1");
}

TEST_CASE("requester: a time-out tells whether the command was taken") {
    const RedisServer server;
    Redis redis{server};
    make_service(redis);
    const auto queued = error_of(server, {.timeout = 200ms});
    CHECK(queued.kind() == base::ErrorKind::timeout);
    CHECK(queued.hint() == "no instance has taken it yet; it stays queued");
    redis.command({"XGROUP", "SETID", stream, "billing", "$"});
    const Service service{server, [](Redis&, const Answer&) {}};
    const auto taken = error_of(server, {.timeout = 500ms});
    CHECK(taken.hint().starts_with("taken by one "));
    CHECK(redis.command({"KEYS", "band:commands:*"}).texts() == Fields{stream});
}

TEST_CASE("requester: a short silence limit does not cut the wait for the result short") {
    const RedisServer server;
    Redis redis{server};
    make_service(redis);
    const Service service{
        server, [](Redis& own, const Answer& command) {
            // Answers once the requester's first read has ended empty.
            CHECK(eventually(5s, [&] {
                return own.command({"INFO", "commandstats"}).text.find("cmdstat_xread:calls=2") !=
                       std::string::npos;
            }));
            answer(own, command, command[1]["correlation_id"].text, "1", "success");
        }};
    const auto bus = bus::Bus::open({.url = server.url(), .io_timeout = 100ms});
    CHECK(bus->requester()->request(charge(), {.timeout = 10s}).body == "1");
}

TEST_CASE("requester: sending alone leaves the command and no reply stream") {
    const RedisServer server;
    Redis redis{server};
    make_service(redis);
    bus::Bus::open({.url = server.url()})->requester()->send(charge(), {});
    const Answer entries = redis.command({"XRANGE", stream, "-", "+"});
    REQUIRE(entries.size() == 1);
    CHECK(redis.command({"KEYS", "band:commands:*"}).texts() == Fields{stream});
}
