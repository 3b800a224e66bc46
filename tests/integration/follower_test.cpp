#include "base/clock.hpp"
#include "bus/bus.hpp"
#include "loop/event_loop.hpp"
#include "loop/timer.hpp"
#include "support/proxy.hpp"
#include "support/redis_client.hpp"
#include "support/redis_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using message::Kind;
using message::Message;
using support::Redis;
using support::RedisServer;

namespace {

/// Puts an entry on the bus the way that any client would, its topic into the index.
std::string put(Redis& redis, const std::string& topic, const std::string& body,
                const std::string& id = "*") {
    const std::string entry =
        redis.command({"XADD", "band:events:{" + topic + "}", id, "body", body}).text;
    if (redis.command({"ZADD", "band:index:events", "NX", "0", topic}).integer == 1)
        redis.command({"PUBLISH", "band:index:events", topic});
    return entry;
}

/// Runs a follower until a condition holds, and keeps what it gave.
class Watch final : bus::FollowHandler, bus::Observer {
public:
    Watch(const std::string& url, bus::FollowOptions options)
        : limit_(loop_, [this] { loop_.stop(); }), poll_(loop_, [this] { poll(); }) {
        if (options.subscriptions.empty())
            options.subscriptions = {{.kind = Kind::event, .patterns = topic::compile({"#"})}};
        bus_ = bus::Bus::open({.url = url, .connect_timeout = 1s, .io_timeout = 2s});
        follower_ = bus_->follower(loop_, std::move(options), *this, *this);
        follower_->start();
    }

    /// False when it takes longer than the limit. Throws what the follower failed with.
    bool until(std::function<bool()> condition, std::chrono::milliseconds limit = 10s) {
        condition_ = std::move(condition);
        limit_.schedule(limit);
        poll();
        loop_.run();
        limit_.cancel();
        return condition_();
    }
    bool until_caught_up() {
        return until([this] { return caught_up > 0; });
    }
    bool until_bodies(std::size_t count) {
        return until([this, count] { return bodies.size() >= count; });
    }

    std::vector<std::string> bodies;
    std::vector<std::string> warnings;
    int caught_up = 0;
    int waits = 0;
    int recoveries = 0;

private:
    void poll() {
        if (condition_())
            loop_.stop();
        poll_.schedule(3ms);
    }
    void on_messages(std::vector<Message>&& messages) override {
        for (Message& message : messages)
            bodies.push_back(std::move(message.body));
    }
    void on_caught_up() override { ++caught_up; }
    void on_failed(std::exception_ptr error) noexcept override { loop_.fail(std::move(error)); }
    void on_waiting(const base::Error&, std::chrono::milliseconds, int) override { ++waits; }
    void on_recovered() override { ++recoveries; }
    void on_warning(const std::string& text) override { warnings.push_back(text); }

    loop::EventLoop loop_;
    loop::Timer limit_;
    loop::Timer poll_;
    std::function<bool()> condition_;
    std::unique_ptr<bus::Bus> bus_;
    std::unique_ptr<bus::Follower> follower_;
};

using Texts = std::vector<std::string>;

Texts numbers(int first, int last) {
    Texts texts;
    for (int i = first; i <= last; ++i)
        texts.push_back(std::to_string(i));
    return texts;
}

} // namespace

TEST_CASE(
    "follower: what is stored comes in order over topics of many pages, and then what is new") {
    const RedisServer server;
    Redis redis{server};
    // Topic A is long and old, B is spread over all of the time, C is new.
    for (int i = 1; i <= 6000; ++i)
        put(redis,
            i % 7 == 0 ? "B"
            : i < 5000 ? "A"
                       : "C",
            std::to_string(i), std::to_string(1000 + i) + "-0");
    Watch watch{server.unix_url(), {.since_ms = 0}};
    CHECK(watch.until_caught_up());
    CHECK(watch.bodies == numbers(1, 6000));
    put(redis, "A", "6001");
    CHECK(watch.until_bodies(6001));
    CHECK(watch.bodies.back() == "6001");
}

TEST_CASE("follower: a time in the middle is where it begins") {
    const RedisServer server;
    Redis redis{server};
    for (int i = 1; i <= 20; ++i)
        put(redis, i % 2 == 0 ? "A" : "B", std::to_string(i), std::to_string(1000 + i) + "-0");
    Watch watch{server.unix_url(), {.since_ms = 1011}};
    CHECK(watch.until_caught_up());
    CHECK(watch.bodies == numbers(11, 20));
}

TEST_CASE("follower: the last ones are those of all topics together, or of each") {
    const RedisServer server;
    Redis redis{server};
    for (int i = 1; i <= 3000; ++i)
        put(redis,
            i < 10       ? "Old"
            : i % 2 == 0 ? "A"
                         : "B",
            std::to_string(i), std::to_string(1000 + i) + "-0");
    Watch all{server.unix_url(), {.last = 2500}};
    CHECK(all.until_caught_up());
    CHECK(all.bodies == numbers(501, 3000));
    Watch each{server.unix_url(), {.last = 1, .last_of_each_topic = true}};
    CHECK(each.until_caught_up());
    CHECK(each.bodies == Texts{"9", "2999", "3000"});
    Watch chosen{server.unix_url(),
                 {.last = 3, .accepts = [](const Message& m) { return m.body.ends_with("00"); }}};
    CHECK(chosen.until_caught_up());
    CHECK(chosen.bodies == Texts{"2800", "2900", "3000"});
}

TEST_CASE("follower: a topic that appears later is read from its first entry") {
    const RedisServer server;
    Redis redis{server};
    put(redis, "Known", "old");
    Watch watch{server.unix_url(), {}};
    CHECK(watch.until_caught_up());
    for (int i = 1; i <= 300; ++i)
        put(redis, "New" + std::to_string(i % 100), std::to_string(i));
    CHECK(watch.until_bodies(300));
    std::ranges::sort(watch.bodies, {}, [](const std::string& text) { return std::stoi(text); });
    CHECK(watch.bodies == numbers(1, 300));
}

TEST_CASE(
    "follower: a new topic is found although the server lets it neither subscribe nor unblock") {
    const RedisServer server;
    Redis redis{server};
    redis.command({"ACL", "SETUSER", "default", "on", "nopass", "resetchannels", "-client"});
    Redis writer{server};
    Watch watch{server.unix_url(), {}};
    CHECK(watch.until_caught_up());
    writer.command({"XADD", "band:events:{New}", "*", "body", "1"});
    writer.command({"ZADD", "band:index:events", "0", "New"});
    CHECK(watch.until_bodies(1));
}

TEST_CASE("follower: a result is seen although its stream is short-lived") {
    const RedisServer server;
    Redis redis{server};
    bus::FollowOptions options;
    options.subscriptions = {{.kind = Kind::command, .patterns = topic::compile({"#"})}};
    Watch watch{server.unix_url(), options};
    CHECK(watch.until_caught_up());
    for (int i = 1; i <= 50; ++i) {
        const std::string topic = "requester-" + std::to_string(i);
        const std::string dies = std::to_string(base::unix_ms() + 1000);
        redis.command({"ZADD", "band:index:commands", dies, topic});
        redis.command({"PUBLISH", "band:index:commands", topic});
        redis.command({"XADD", "band:commands:{" + topic + "}", "*", "body", std::to_string(i),
                       "routing_key", topic + ".return", "status", "success"});
    }
    CHECK(watch.until_bodies(50));
}

TEST_CASE("follower: kill -9 of the server loses nothing that it kept, and gives nothing twice") {
    RedisServer server{{"--appendonly", "yes", "--appendfsync", "always"}};
    {
        Redis redis{server};
        put(redis, "A", "1");
    }
    Watch watch{server.unix_url(), {.since_ms = 0}};
    CHECK(watch.until_caught_up());
    for (int round = 0; round < 3; ++round) {
        server.kill9();
        CHECK(watch.until([&] { return watch.waits > 0; }));
        server.start();
        Redis redis{server};
        for (const char* topic : {"A", "B", "A"}) {
            const std::size_t next = watch.bodies.size() + 1;
            put(redis, topic, std::to_string(next));
            CHECK(watch.until_bodies(next));
        }
        CHECK(watch.until([&] { return watch.recoveries == round + 1; }));
        watch.waits = 0;
    }
    CHECK(watch.bodies == numbers(1, 10));
    CHECK(watch.warnings.empty());
}

TEST_CASE("follower: a server that comes back without its data is told of") {
    RedisServer server;
    {
        Redis redis{server};
        put(redis, "A", "1");
    }
    Watch watch{server.unix_url(), {.since_ms = 0}};
    CHECK(watch.until_bodies(1));
    server.kill9();
    CHECK(watch.until([&] { return watch.waits > 0; }));
    server.start();
    CHECK(watch.until([&] { return watch.recoveries == 1; }));
    REQUIRE(watch.warnings.size() == 1);
    CHECK(watch.warnings[0].find("without the messages of 1 topics") != std::string::npos);
    Redis redis{server};
    put(redis, "A", "2");
    CHECK(watch.until_bodies(2));
}

TEST_CASE("follower: an answer that is lost on the way is asked for again") {
    const RedisServer server;
    Redis redis{server};
    support::Proxy proxy{server};
    Watch watch{proxy.url(), {}};
    put(redis, "A", "0");
    CHECK(watch.until_caught_up());
    for (int i = 1; i <= 5; ++i) {
        const std::size_t before = watch.bodies.size();
        proxy.swallow_once();
        put(redis, "A", std::to_string(i));
        CHECK(watch.until([&] { return watch.bodies.size() > before; }));
    }
    const Texts wanted = numbers(1, 5);
    CHECK(Texts{watch.bodies.end() - 5, watch.bodies.end()} == wanted);
    CHECK(watch.bodies.size() <= 6);
}

TEST_CASE("follower: FLUSHALL while it waits does not stop it") {
    const RedisServer server;
    Redis redis{server};
    put(redis, "A", "1");
    Watch watch{server.unix_url(), {.since_ms = 0}};
    CHECK(watch.until_bodies(1));
    redis.command({"FLUSHALL"});
    put(redis, "A", "2");
    put(redis, "B", "3");
    CHECK(watch.until_bodies(3));
}

TEST_CASE("follower: thousands of topics, each with a message") {
    const RedisServer server;
    Redis redis{server};
    for (int i = 1; i <= 3000; ++i)
        put(redis, "Topic" + std::to_string(i), std::to_string(i), std::to_string(1000 + i) + "-0");
    Watch last{server.unix_url(), {.last = 5}};
    CHECK(last.until_caught_up());
    CHECK(last.bodies == numbers(2996, 3000));
    Watch since{server.unix_url(), {.since_ms = 0}};
    CHECK(since.until_caught_up());
    CHECK(since.bodies == numbers(1, 3000));
    put(redis, "Topic7", "3001");
    CHECK(since.until_bodies(3001));
}

TEST_CASE("follower: large bodies come one by one") {
    const RedisServer server;
    Redis redis{server};
    const std::string body(20'000'000, 'x');
    for (int i = 0; i < 3; ++i)
        put(redis, "Big", body);
    Watch watch{server.unix_url(), {.last = 3}};
    CHECK(watch.until_caught_up());
    CHECK(watch.bodies == Texts(3, body));
    put(redis, "Big", body);
    CHECK(watch.until_bodies(4));
}

TEST_CASE("follower: nobody there at the start is an error when patience is over, a wrong password "
          "at once") {
    Watch nobody{"unix:///no/such/socket", {.start_patience = 100ms}};
    CHECK_THROWS_AS(nobody.until_caught_up(), base::Error);
    CHECK(nobody.waits > 0);
    const RedisServer server{{"--requirepass", "secret"}};
    Watch stranger{"unix://:wrong@" + server.socket_path(), {}};
    try {
        stranger.until_caught_up();
        FAIL("must throw");
    } catch (const base::Error& error) {
        CHECK(error.kind() == base::ErrorKind::no_permission);
    }
}

TEST_CASE("follower: it leaves no trace and takes nothing from a group") {
    const RedisServer server;
    Redis redis{server};
    put(redis, "A", "1");
    redis.command({"XGROUP", "CREATE", "band:events:{A}", "service", "0"});
    const auto keys = redis.command({"KEYS", "*"}).texts();
    {
        Watch watch{server.unix_url(), {.since_ms = 0}};
        CHECK(watch.until_caught_up());
    }
    CHECK(redis.command({"KEYS", "*"}).texts() == keys);
    const auto taken = redis.command(
        {"XREADGROUP", "GROUP", "service", "me", "COUNT", "1", "STREAMS", "band:events:{A}", ">"});
    CHECK(taken.size() == 1);
}
