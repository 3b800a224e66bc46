// A service under faults: the rows S1 to S13 of what it promises. Small by default; BAND_SOAK=1 is
// full size.
#include "service_fixture.hpp"
#include "support/process.hpp"
#include "support/proxy.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <list>
#include <set>

using namespace fixture;
using message::Message;
using support::Process;
using support::Proxy;
using support::Redis;
using support::RedisServer;

namespace {

const bool full_size = std::getenv("BAND_SOAK") != nullptr;

const std::string work = "band:events:{Work}";
const std::string slow = "band:events:{Slow}";
const std::string done = "band:events:{Done}";

/// An instance of tests/support/test_service.
struct Instance {
    explicit Instance(const std::string& url, const std::vector<std::string>& more = {})
        : process(arguments(url, more)) {}

    static std::vector<std::string> arguments(const std::string& url,
                                              const std::vector<std::string>& more) {
        std::vector<std::string> all{TEST_SERVICE,    url,    "--liveness",     "300ms",
                                     "--retry-delay", "20ms", "--stop-timeout", "5s"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    bool ready() { return process.wait_for_out("ready\n"); }
    [[nodiscard]] std::size_t handled_slow() const {
        std::size_t count = 0;
        for (std::size_t at = 0; (at = process.out().find("slow\n", at)) != std::string::npos; ++at)
            ++count;
        return count;
    }

    Process process;
};

/// The bodies of all the entries of a stream, and whether one came twice.
struct Bodies {
    Bodies(Redis& redis, const std::string& stream) {
        for (const support::Answer& entry : entries(redis, stream).elements)
            repeated += distinct.insert(field(entry, "body")).second ? 0U : 1U;
    }
    std::set<std::string> distinct;
    std::size_t repeated = 0;
};

void send_many(Redis& redis, const std::string& stream, int first, int count) {
    for (int i = first; i < first + count; ++i)
        send(redis, stream, std::to_string(i));
}

/// All of it handled and acknowledged, each once.
void check_done(Redis& redis, std::size_t count, std::chrono::milliseconds limit) {
    CHECK(eventually(limit, [&] {
        return length(redis, done) >= static_cast<long long>(count) &&
               pending(redis, work, "shop") == 0;
    }));
    const Bodies bodies{redis, done};
    CHECK(bodies.distinct.size() == count);
    CHECK(bodies.repeated == 0);
}

} // namespace

TEST_CASE("S1: instances are killed again and again: nothing lost, no effect twice") {
    RedisServer server;
    Redis redis{server};
    std::list<Instance> instances;
    for (int i = 0; i < 3; ++i)
        REQUIRE(instances.emplace_back(server.url()).ready());
    const int kills = full_size ? 30 : 6;
    const int each = full_size ? 3334 : 500;
    const auto pause = full_size ? 2000ms : 0ms;
    for (int i = 0; i < kills; ++i) {
        send_many(redis, work, i * each, each);
        // In the middle of its work.
        eventually(5s, [&] { return length(redis, done) > i * each - each / 2; });
        const auto end = std::chrono::steady_clock::now() + pause;
        eventually(pause, [&] { return std::chrono::steady_clock::now() >= end; });
        instances.front().process.signal(SIGKILL);
        instances.pop_front();
        instances.emplace_back(server.url());
    }
    check_done(redis, static_cast<std::size_t>(kills * each), 60s);
    CHECK(redis.command({"EXISTS", "band:dead:{shop}"}).integer == 0);
}

TEST_CASE("S3: redis-server is killed under a service: nothing acknowledged is lost") {
    RedisServer server{{"--appendonly", "yes", "--appendfsync", "always"}};
    std::list<Instance> instances;
    for (int i = 0; i < 2; ++i)
        REQUIRE(instances.emplace_back(server.url()).ready());
    bus::BusOptions options;
    options.url = server.url();
    const auto bus = bus::Bus::open(options);
    const auto publisher = bus->publisher({.retry_for = 60s});
    const int kills = full_size ? 10 : 4;
    const int each = full_size ? 5000 : 400;
    for (int i = 0; i < kills; ++i) {
        for (int n = i * each; n < (i + 1) * each; ++n) {
            Message event;
            event.routing_key = "Work";
            event.body = std::to_string(n);
            event.conversation_id = "c1";
            publisher->publish(event);
        }
        publisher->flush();
        server.kill9();
        server.start();
    }
    Redis redis{server};
    check_done(redis, static_cast<std::size_t>(kills * each), 30s);
    for (Instance& instance : instances)
        CHECK_MESSAGE(!instance.process.wait(0ms), instance.process.err());
}

TEST_CASE("S4: a message that kills its holders becomes a dead letter, and takes no other along") {
    RedisServer server;
    Redis redis{server};
    {
        Instance instance{server.url()};
        REQUIRE(instance.ready());
        redis.command({"MULTI"});
        send_many(redis, work, 0, 30);
        send(redis, "band:events:{Crash}", "1");
        send_many(redis, work, 30, 30);
        redis.command({"EXEC"});
        CHECK(instance.process.wait(10s) == 9);
    }
    int deaths = 1;
    while (redis.command({"EXISTS", "band:dead:{shop}"}).integer == 0 && deaths < 20) {
        Instance instance{server.url()};
        eventually(10s, [&] {
            return !instance.process.running() ||
                   redis.command({"EXISTS", "band:dead:{shop}"}).integer == 1;
        });
        deaths += instance.process.running() ? 0 : 1;
    }
    CHECK(deaths == 5);
    Instance instance{server.url()};
    check_done(redis, 60, 10s);
    const auto dead = entries(redis, "band:dead:{shop}");
    REQUIRE(dead.size() == 1);
    CHECK(field(dead[0], "reason") == "poison");
    CHECK(field(dead[0], "deliveries") == "6");
}

TEST_CASE("S5: a server without memory: the message stays, the instance stays alive, it is said") {
    RedisServer server;
    Redis redis{server};
    Noting service;
    std::atomic<int> runs = 0;
    service.subscribe_events("Work", [&](const Message& event) {
        ++runs;
        Redis{server}.command({"CONFIG", "SET", "maxmemory", "1"});
        service.publish_event("Done", event.body);
    });
    const Running running{service, server.url()};
    send(redis, work, "1");
    const bool said = eventually(10s, [&] { return service.notes.count("OOM") >= 5; });
    REQUIRE_MESSAGE(said, service.notes.all()); // some livenesses long
    CHECK(pending(redis, work, "shop") == 1);
    CHECK(redis.command({"KEYS", "band:alive:*"}).size() == 1);
    redis.command({"CONFIG", "SET", "maxmemory", "0"});
    check_done(redis, 1, 10s);
    CHECK(runs == 1);
}

TEST_CASE("S5: dead letters that cannot be written leave the message where it is") {
    RedisServer server;
    Redis redis{server};
    redis.command({"SET", "band:dead:{shop}", "no stream"});
    Noting service;
    service.subscribe_events("Work", [&](const Message&) { throw std::runtime_error("why not"); });
    const Running running{service, server.url()};
    send(redis, work, "1");
    REQUIRE(eventually(5s, [&] { return service.notes.has("dead letters cannot be written"); }));
    CHECK(pending(redis, work, "shop") == 1);
    redis.command({"DEL", "band:dead:{shop}"});
    REQUIRE(eventually(10s, [&] { return length(redis, "band:dead:{shop}") == 1; }));
    const auto dead = entries(redis, "band:dead:{shop}")[0];
    CHECK(field(dead, "error") == "why not");
    CHECK(pending(redis, work, "shop") == 0);
}

TEST_CASE("S7: a rolling restart loses nothing and repeats nothing") {
    RedisServer server;
    Redis redis{server};
    std::list<Instance> instances;
    for (int i = 0; i < 3; ++i)
        REQUIRE(instances.emplace_back(server.url()).ready());
    const int restarts = full_size ? 30 : 6;
    std::size_t handled = 0;
    for (int i = 0; i < restarts; ++i) {
        send_many(redis, slow, 0, 20); // 0 to 19 ms each
        REQUIRE(instances.emplace_back(server.url()).ready());
        instances.front().process.signal(SIGTERM);
        CHECK(instances.front().process.wait(10s) == 0);
        handled += instances.front().handled_slow();
        instances.pop_front();
    }
    const long long all = 20LL * restarts;
    CHECK(eventually(
        20s, [&] { return length(redis, done) >= all && pending(redis, slow, "shop") == 0; }));
    CHECK(length(redis, done) == all);
    for (Instance& instance : instances) {
        instance.process.signal(SIGTERM);
        CHECK(instance.process.wait(10s) == 0);
        handled += instance.handled_slow();
    }
    CHECK(handled == static_cast<std::size_t>(all));
    CHECK(redis.command({"KEYS", "band:alive:*"}).size() == 0);
}

TEST_CASE("S7: SIGTERM lets the handler end; the rest is handed back at once") {
    RedisServer server;
    Redis redis{server};
    Instance first{server.url()};
    REQUIRE(first.ready());
    send(redis, slow, "600");
    send_many(redis, slow, 0, 5);
    REQUIRE(first.process.wait_for_out("slow\n"));
    first.process.signal(SIGTERM);
    CHECK(first.process.wait(10s) == 0);
    const long long finished = length(redis, done);
    CHECK(finished >= 1);
    CHECK(finished < 6);
    // Also what was in its hands, with the count of a first delivery.
    const auto held = redis.command({"XPENDING", slow, "shop", "-", "+", "100"});
    for (const support::Answer& entry : held.elements)
        CHECK(entry[3].integer == 0);
    Instance second{server.url()};
    CHECK(eventually(5s, [&] { return length(redis, done) == 6; }));
}

TEST_CASE("S7: a second SIGTERM ends it now; one before the bus is there, too") {
    RedisServer server;
    Redis redis{server};
    Instance busy{server.url()};
    REQUIRE(busy.ready());
    send(redis, slow, "30000");
    REQUIRE(busy.process.wait_for_out("slow\n"));
    busy.process.signal(SIGTERM);
    CHECK_FALSE(busy.process.wait(200ms));
    busy.process.signal(SIGTERM);
    CHECK(busy.process.wait(5s) == 128 + SIGTERM);
    server.kill9();
    Instance waiting{server.url()};
    REQUIRE(waiting.process.wait_for_err("trying again"));
    waiting.process.signal(SIGTERM);
    CHECK(waiting.process.wait(4s) == 0);
}

TEST_CASE("S7: a bus that does not answer holds a stop up for the stop time-out only") {
    RedisServer server;
    Redis redis{server};
    Instance instance{server.url(), {"--stop-timeout", "700ms"}};
    REQUIRE(instance.ready());
    send(redis, slow, "300");
    REQUIRE(instance.process.wait_for_out("slow\n"));
    server.stop_signal();
    instance.process.signal(SIGTERM);
    CHECK(instance.process.wait(8s) == 0);
    CHECK(instance.process.err().find("comes again") != std::string::npos);
    server.continue_signal();
}

TEST_CASE("S8: an instance that was paused for too long publishes nothing of what it lost") {
    RedisServer server;
    Redis redis{server};
    Instance paused{server.url()};
    REQUIRE(paused.ready());
    send(redis, slow, "700");
    REQUIRE(paused.process.wait_for_out("slow\n"));
    paused.process.pause();
    Instance other{server.url()};
    REQUIRE(other.process.wait_for_out("slow\n"));
    paused.process.signal(SIGCONT);
    CHECK(eventually(10s, [&] { return length(redis, done) == 1; }));
    CHECK(paused.process.wait_for_err("Too late"));
    CHECK(eventually(10s, [&] { return pending(redis, slow, "shop") == 0; }));
    CHECK(length(redis, done) == 1);
}

TEST_CASE("S9: a slow handler keeps its claim") {
    RedisServer server;
    Redis redis{server};
    Instance first{server.url()};
    Instance second{server.url()};
    REQUIRE(first.ready());
    REQUIRE(second.ready());
    send(redis, slow, "1500"); // five times the liveness
    REQUIRE(eventually(10s, [&] { return length(redis, done) == 1; }));
    for (Instance* instance : {&first, &second}) {
        instance->process.signal(SIGTERM);
        CHECK(instance->process.wait(5s) == 0);
    }
    CHECK(first.handled_slow() + second.handled_slow() == 1);
}

TEST_CASE("S9: a handler slower than every time-out costs no connection") {
    RedisServer server;
    Redis redis{server};
    Noting service;
    service.subscribe_events("Work", [&](const Message& event) {
        std::this_thread::sleep_for(1200ms);
        service.publish_event("Done", event.body);
    });
    bus::BusOptions options;
    options.io_timeout = 400ms;
    const Running running{service, server.url(), quick(), options};
    send_many(redis, work, 0, 2);
    check_done(redis, 2, 10s);
    CHECK_MESSAGE(!service.notes.has("waiting:"), service.notes.all());
}

TEST_CASE("S10: entries that were trimmed while a dead instance held them are said to be lost") {
    RedisServer server;
    Redis redis{server};
    {
        Instance instance{server.url()};
        REQUIRE(instance.ready());
        send(redis, slow, "30000");
        REQUIRE(instance.process.wait_for_out("slow\n"));
    } // killed
    redis.command({"XTRIM", slow, "MAXLEN", "0"});
    Instance other{server.url()};
    CHECK(other.process.wait_for_err("it is lost"));
    CHECK(eventually(5s, [&] { return pending(redis, slow, "shop") == 0; }));
}

TEST_CASE("S11: connections that break all the time: nothing lost, no effect twice") {
    RedisServer server;
    Redis redis{server};
    Proxy proxy{server};
    Noting service;
    service.subscribe_events(
        "Work", [&](const Message& event) { service.publish_event("Done", event.body); });
    const Running running{service, proxy.url()};
    const int rounds = full_size ? 1000 : 25;
    for (int i = 0; i < rounds; ++i) {
        send_many(redis, work, i * 40, 40);
        eventually(3s, [&] { return length(redis, done) > i * 40 - 20; });
        if (i % 3 == 0)
            proxy.swallow_once(); // the server does the work, and nobody hears of it
        else
            proxy.cut();
    }
    proxy.relay();
    check_done(redis, static_cast<std::size_t>(rounds) * 40, 30s);
}

TEST_CASE("S11: an answer to a read that never arrives is asked for again") {
    RedisServer server;
    Redis redis{server};
    Proxy proxy{server};
    Noting service;
    service.subscribe_events(
        "Work", [&](const Message& event) { service.publish_event("Done", event.body); });
    const Running running{service, proxy.url()};
    for (int i = 0; i < 5; ++i) {
        proxy.swallow_replies();
        send(redis, work, std::to_string(i));
        REQUIRE(eventually(5s, [&] { return pending(redis, work, "shop") == 1; }));
        proxy.cut();
        proxy.relay();
        REQUIRE(eventually(10s, [&] { return length(redis, done) == i + 1; }));
    }
    check_done(redis, 5, 5s);
}

TEST_CASE("S12: group destroyed, stream deleted, everything flushed: it subscribes again") {
    RedisServer server;
    Redis redis{server};
    Noting service;
    service.subscribe_events(
        "Work", [&](const Message& event) { service.publish_event("Done", event.body); });
    const Running running{service, server.url()};
    long long sent = 0;
    const auto flows = [&] {
        send(redis, work, std::to_string(++sent));
        const std::string last = std::to_string(sent);
        return eventually(5s, [&] { return Bodies(redis, done).distinct.contains(last); });
    };
    REQUIRE(flows());
    SUBCASE("XGROUP DESTROY") {
        for (int i = 0; i < 5; ++i) {
            redis.command({"XGROUP", "DESTROY", work, "shop"});
            CHECK(flows());
        }
        CHECK(service.notes.has("made again"));
    }
    SUBCASE("DEL") {
        for (int i = 0; i < 5; ++i) {
            redis.command({"DEL", work});
            CHECK(flows());
        }
    }
    SUBCASE("DEL, and the new stream's IDs are older") {
        redis.command({"DEL", work});
        redis.command({"XADD", work, "5-5", "body", "\"old\"", "conversation_id", "c1"});
        CHECK(eventually(5s, [&] { return Bodies(redis, done).distinct.contains("\"old\""); }));
    }
    SUBCASE("FLUSHALL") {
        for (int i = 0; i < 5; ++i) {
            redis.command({"FLUSHALL"});
            CHECK(flows());
        }
        CHECK(eventually(5s, [&] { return redis.command({"KEYS", "band:alive:*"}).size() == 1; }));
        CHECK(redis.command({"ZSCORE", "band:index:events", "Work"}).text == "0");
    }
    SUBCASE("SCRIPT FLUSH") {
        redis.command({"SCRIPT", "FLUSH"});
        CHECK(flows());
    }
    CHECK_FALSE(service.notes.has("ended"));
}

TEST_CASE("S12: what was unacknowledged when the group was destroyed comes again") {
    RedisServer server;
    Redis redis{server};
    Instance victim{server.url()};
    REQUIRE(victim.ready());
    send(redis, slow, "30000");
    REQUIRE(victim.process.wait_for_out("slow\n"));
    Instance other{server.url()};
    REQUIRE(other.ready());
    redis.command({"CONFIG", "RESETSTAT"});
    // It has looked at what is pending.
    REQUIRE(eventually(5s, [&] {
        const std::string info = redis.command({"INFO", "commandstats"}).text;
        return info.find("cmdstat_xpending") != std::string::npos;
    }));
    victim.process.signal(SIGKILL);
    redis.command({"XGROUP", "DESTROY", slow, "shop"});
    CHECK(other.process.wait_for_out("slow\n"));
}

TEST_CASE("S13: memory stays flat with a long queue") {
    RedisServer server;
    Redis redis{server};
    redis.command({"XGROUP", "CREATE", work, "shop", "0", "MKSTREAM"});
    const int count = full_size ? 1'000'000 : 50'000;
    redis.command({"EVAL",
                   "for i = 1, ARGV[1] do redis.call('XADD', KEYS[1], '*', 'body', i, "
                   "'conversation_id', 'c1', 'padding', ARGV[2]) end",
                   "1", work, std::to_string(count), std::string(180, 'x')});
    Instance instance{server.url()};
    REQUIRE(eventually(full_size ? 300s : 60s, [&] {
        return length(redis, done) == count && pending(redis, work, "shop") == 0;
    }));
    std::ifstream status{"/proc/" + std::to_string(instance.process.pid()) + "/status"};
    long peak_kib = 0;
    for (std::string word; status >> word;)
        if (word == "VmHWM:")
            status >> peak_kib;
    CHECK(peak_kib > 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    CHECK(peak_kib < 32 * 1024);
#endif
}
