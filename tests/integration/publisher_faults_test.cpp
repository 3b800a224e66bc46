// publish_event as a whole program while the server and the network misbehave.
#include "support/eventually.hpp"
#include "support/process.hpp"
#include "support/proxy.hpp"
#include "support/raw_server.hpp"
#include "support/redis_client.hpp"
#include "support/redis_server.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

using namespace support;

namespace {

std::vector<std::string> publish_event(std::vector<std::string> arguments) {
    const char* const path = std::getenv("PUBLISH_EVENT");
    arguments.insert(arguments.begin(), path != nullptr ? path : "publish_event");
    return arguments;
}

Finished publish_one(const std::string& url, std::vector<std::string> options = {}) {
    std::vector<std::string> arguments{url, "E", "--data", "{}"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run(publish_event(arguments), "", {"BAND_PREFIX=band:"});
}

/// `count` lines, each its own number.
std::string numbers(int count) {
    std::string lines;
    for (int i = 1; i <= count; ++i)
        lines += std::to_string(i) + '\n';
    return lines;
}

/// The numbers that were stored, in the stream's order, or the first thing that is wrong.
std::string flaw_of_stream(Redis& redis, int count) {
    std::string from = "-";
    int expected = 1;
    while (true) {
        const Answer entries =
            redis.command({"XRANGE", "band:events:{E}", from, "+", "COUNT", "10000"});
        if (entries.size() == 0)
            break;
        for (const Answer& entry : entries.elements) {
            if (entry[1]["body"].text != std::to_string(expected))
                return "expected " + std::to_string(expected) + ", found " + entry[1]["body"].text;
            ++expected;
        }
        from = "(" + entries.elements.back()[0].text;
    }
    return expected - 1 == count ? "" : "ends at " + std::to_string(expected - 1);
}

/// Publishes `count` events while the server is killed and restarted `kills` times.
void publish_through_kills(int count, int kills) {
    RedisServer server{{"--appendonly", "yes", "--appendfsync", "always"}};
    const std::string file = server.directory().write("events.ndjson", numbers(count));
    Process publisher{publish_event({server.url(), "E", "--lines", file, "-v"})};
    for (int kill = 1; kill <= kills; ++kill) {
        {
            Redis redis{server};
            const int reached = count / (kills + 1) * kill;
            while (publisher.running() && redis.ask({"XLEN", "band:events:{E}"}).integer < reached)
                ;
        }
        server.kill9();
        server.start();
    }
    CHECK(publisher.wait(300s) == 0);
    CHECK(publisher.err().find("waiting for the bus") != std::string::npos);
    Redis redis{server};
    CHECK(flaw_of_stream(redis, count) == "");
}

} // namespace

TEST_CASE("publisher: kill -9 of the server loses nothing, repeats nothing, keeps the order") {
    const bool full_size = std::getenv("BAND_SOAK") != nullptr;
    full_size ? publish_through_kills(1'000'000, 20) : publish_through_kills(50'000, 3);
}

TEST_CASE("publisher: answers that get lost after the work is done cause no repetition") {
    const RedisServer server;
    Redis redis{server};
    for (const std::size_t cut : {0, 1, 5'000, 20'000, 50'000, 100'000, 150'000}) {
        redis.command({"FLUSHALL"});
        Proxy proxy{server};
        proxy.swallow_once(cut);
        const Finished finished = run(publish_event({proxy.url(), "E", "--lines"}), numbers(3'000));
        CAPTURE(cut);
        CHECK(finished.status == 0);
        CHECK(proxy.swallowed_bytes() > 0);
        CHECK(flaw_of_stream(redis, 3'000) == "");
    }
}

TEST_CASE("publisher: requests that are cut off halfway are sent again, once") {
    const RedisServer server;
    Redis redis{server};
    for (const std::size_t cut : {1, 100, 10'000, 70'000}) {
        redis.command({"FLUSHALL"});
        Proxy proxy{server, Listen::tcp};
        proxy.cut_after(cut);
        const Finished finished = run(publish_event({proxy.url(), "E", "--lines"}), numbers(2'000));
        CAPTURE(cut);
        CHECK(finished.status == 0);
        CHECK(flaw_of_stream(redis, 2'000) == "");
    }
}

TEST_CASE("publisher: a server that is away is waited for, and then it goes on") {
    RedisServer server;
    server.kill9();
    Process publisher{publish_event({server.url(), "E", "--data", "1", "-v"})};
    CHECK(publisher.wait_for_err("waiting for the bus"));
    server.start();
    CHECK(publisher.wait() == 0);
    Redis redis{server};
    CHECK(flaw_of_stream(redis, 1) == "");
}

TEST_CASE("publisher: after the time-out a server that is away gives 75") {
    RedisServer server;
    server.kill9();
    const Finished finished = publish_one(server.url(), {"--timeout", "300ms"});
    CHECK(finished.status == 75);
    CHECK(finished.out.empty());
    CHECK(finished.err.find("connect to") != std::string::npos);
}

TEST_CASE("publisher: a server that hangs gives 124 when the time is over") {
    RedisServer server;
    server.stop_signal();
    const auto start = std::chrono::steady_clock::now();
    CHECK(publish_one(server.url(), {"--timeout", "400ms"}).status == 124);
    CHECK(std::chrono::steady_clock::now() - start < 5s);
    server.continue_signal();
}

TEST_CASE("publisher: a stream that fails for good says how to go on") {
    RedisServer server;
    Process publisher{
        publish_event({server.url(), "E", "--lines", "--timeout", "300ms", "-o", "json"})};
    publisher.write(numbers(500));
    Redis redis{server};
    CHECK(eventually(10s, [&] { return redis.ask({"XLEN", "band:events:{E}"}).integer == 500; }));
    // Stored is not yet known to the publisher.
    CHECK(eventually(10s, [&] {
        publisher.signal(SIGUSR1);
        return publisher.wait_for_err("500 events published, 0 on their way", 50ms);
    }));
    server.kill9();
    publisher.write("501\n");
    CHECK(publisher.wait() == 75);
    CHECK(publisher.err().find("500 events are published") != std::string::npos);
    CHECK(publisher.err().find("--skip 500") != std::string::npos);
    CHECK(publisher.out().find(R"("count":500,)") != std::string::npos);
    CHECK(publisher.out().find(R"("skip":500})") != std::string::npos);
    server.start();
    redis = Redis{server};
    CHECK(
        run(publish_event({server.url(), "E", "--lines", "--skip", "500"}), numbers(501)).status ==
        0);
    CHECK(redis.command({"XRANGE", "band:events:{E}", "-", "+"})[0][1]["body"].text == "501");
}

TEST_CASE("publisher: refusals of the server have their exit status and a hint") {
    struct Refusal {
        std::vector<std::string> options;
        std::vector<std::string> command;
        int status;
        std::string text;
    };
    const Refusal refusals[] = {
        {{"--maxmemory", "100kb"}, {}, 75, "maxmemory"},
        {{"--min-replicas-to-write", "1"}, {}, 75, "NOREPLICAS"},
        {{"--replicaof", "127.0.0.1 1"}, {}, 75, "name the master"},
        {{"--replicaof", "127.0.0.1 1", "--replica-serve-stale-data", "no"}, {}, 75, "MASTERDOWN"},
        {{"--cluster-enabled", "yes"}, {}, 75, "CLUSTERDOWN"},
        {{"--requirepass", "secret"}, {}, 77, "--password-file"},
        {{}, {"ACL", "SETUSER", "default", "-xadd"}, 77, "NOPERM"},
        {{}, {"SET", "band:events:{E}", "x"}, 1, "--prefix"},
    };
    for (const Refusal& refusal : refusals) {
        // On TCP, since the bus of a cluster wants a free port beside it.
        const RedisServer server{refusal.options, Listen::tcp};
        if (!refusal.command.empty())
            Redis{server}.command(refusal.command);
        const Finished finished = publish_one(server.url(), {"--timeout", "1s"});
        CAPTURE(refusal.text);
        CAPTURE(finished.err);
        CHECK(finished.status == refusal.status);
        CHECK(finished.err.find(refusal.text) != std::string::npos);
        CHECK(finished.out.empty());
    }
}

TEST_CASE("publisher: a wrong password gives 77, and nobody reads it in the message") {
    const RedisServer server{{"--requirepass", "secret"}};
    const Finished finished = publish_one(server.url() + "?password=canary");
    CHECK(finished.status == 77);
    CHECK(finished.err.find("WRONGPASS") != std::string::npos);
    CHECK(finished.err.find("canary") == std::string::npos);
    CHECK(publish_one(server.url() + "?password=secret").status == 0);
}

TEST_CASE("publisher: a server that cannot write its data to disk gives 75") {
    const RedisServer server{{"--save", "3600 1"}};
    std::filesystem::create_directory(server.directory().path() / "dump.rdb");
    Redis redis{server};
    redis.command({"BGSAVE"});
    CHECK(eventually(10s, [&] {
        return redis.command({"INFO", "persistence"}).text.find("bgsave_status:err") !=
               std::string::npos;
    }));
    const Finished finished = publish_one(server.url(), {"--timeout", "300ms"});
    CHECK(finished.status == 75);
    CHECK(finished.err.find("MISCONF") != std::string::npos);
}

TEST_CASE("publisher: a script that blocks the server is waited for") {
    const RedisServer server{{"--busy-reply-threshold", "20"}};
    Process script{{"redis-cli", "-s", server.socket_path(), "EVAL", "while true do end", "0"}};
    Redis redis{server};
    CHECK(eventually(10s, [&] { return redis.ask({"PING"}).text.starts_with("BUSY"); }));
    Process publisher{publish_event({server.url(), "E", "--data", "1", "-v"})};
    CHECK(publisher.wait_for_err("BUSY"));
    redis.command({"SCRIPT", "KILL"});
    CHECK(publisher.wait() == 0);
}

TEST_CASE("publisher: a server that is loading its data is waited for, 75 when it takes too long") {
    const RedisServer server{{"--enable-debug-command", "yes", "--key-load-delay", "20000",
                              "--loading-process-events-interval-bytes", "1024", "--rdbcompression",
                              "no"}};
    Redis redis{server};
    redis.command(
        {"EVAL", "for i = 1, 150 do redis.call('SET', 'k' .. i, string.rep('x', 2000)) end", "0"});
    const Process loading{{"redis-cli", "-s", server.socket_path(), "DEBUG", "RELOAD"}};
    CHECK(eventually(10s, [&] { return redis.ask({"PING"}).text.starts_with("LOADING"); }));
    const Finished impatient = publish_one(server.url(), {"--timeout", "300ms"});
    CHECK(impatient.status == 75);
    CHECK(impatient.err.find("LOADING") != std::string::npos);
    CHECK(publish_one(server.url(), {"--timeout", "20s"}).status == 0);
}

TEST_CASE("publisher: a node of a cluster that sends us elsewhere gives 69 and says so") {
    // A node's bus listens 10,000 ports higher.
    const auto node = [] {
        while (true) {
            auto server = std::make_unique<RedisServer>(
                std::vector<std::string>{"--cluster-enabled", "yes"}, support::Listen::tcp);
            if (server->port() < 55'000)
                return server;
        }
    };
    const auto here = node();
    const auto there = node();
    Redis redis{*here};
    redis.command({"CLUSTER", "ADDSLOTSRANGE", "0", "16383"});
    redis.command({"CLUSTER", "MEET", "127.0.0.1", std::to_string(there->port())});
    const std::string id = Redis{*there}.command({"CLUSTER", "MYID"}).text;
    const auto slot = redis.command({"CLUSTER", "KEYSLOT", "band:events:{E}"}).integer;
    CHECK(eventually(20s, [&] {
        redis.ask({"CLUSTER", "SETSLOT", std::to_string(slot), "NODE", id});
        return redis.ask({"XLEN", "band:events:{E}"}).text.starts_with("MOVED");
    }));
    const Finished finished = publish_one(here->url());
    CHECK(finished.status == 69);
    CHECK(finished.err.find("MOVED") != std::string::npos);
    CHECK(finished.err.find("Cluster") != std::string::npos);
}

TEST_CASE("publisher: a peer that speaks nonsense gives 76 in little memory and harmless text") {
    std::string nested;
    for (int i = 0; i < 100'000; ++i)
        nested += "*1\r\n";
    const std::string errors = "-ERR \x1b[31m" + std::string(1'000'000, 'x') + "\r\n";
    struct Nonsense {
        std::string bytes;
        int status;
    };
    const Nonsense peers[] = {
        {"HTTP/1.1 400 Bad Request\r\n\r\n", 76},
        {"$2147483647\r\n", 76},
        {nested, 76},
        {"$-5\r\n", 76},
        {errors, 1},
    };
    for (const Nonsense& peer : peers) {
        const RawServer server{peer.bytes};
        auto command = publish_event({server.url(), "E", "--data", "1", "--timeout", "2s"});
#ifndef __SANITIZE_ADDRESS__
        command.insert(command.begin(), {"prlimit", "--data=67108864"});
#endif
        const Finished finished = run(command);
        CAPTURE(peer.bytes.substr(0, 20));
        CAPTURE(finished.err);
        CHECK(finished.status == peer.status);
        CHECK(finished.err.size() < 700);
        CHECK(finished.err.find('\x1b') == std::string::npos);
    }
}

TEST_CASE("publisher: a payload of 20 MB goes through when it is allowed to") {
    const RedisServer server;
    const std::string payload = "\"" + std::string(20'000'000, 'x') + "\"";
    const std::string file = server.directory().write("large.json", payload);
    CHECK(run(publish_event({server.url(), "E", file, "--max-size", "32MiB"})).status == 0);
    Redis redis{server};
    CHECK(redis.command({"XRANGE", "band:events:{E}", "-", "+"})[0][1]["body"].text == payload);
    const Finished refused = run(publish_event({server.url(), "E", file}));
    CHECK(refused.status == 65);
    CHECK(refused.err.find("16 MiB") != std::string::npos);
}

TEST_CASE("publisher: a signal ends a stream after what is on its way, and it tells the count") {
    for (const int number : {SIGINT, SIGTERM}) {
        const RedisServer server;
        Redis redis{server};
        Process publisher{publish_event({server.url(), "E", "--lines"})};
        publisher.write(numbers(100));
        CHECK(eventually(10s, [&] {
            return redis.ask({"XLEN", "band:events:{E}"}).integer == 100;
        }));
        publisher.signal(number);
        CHECK(publisher.wait(5s) == 128 + number);
        CHECK(publisher.err().find("100 events are published") != std::string::npos);
    }
}

TEST_CASE("publisher: a signal ends the wait for a server") {
    RedisServer server;
    server.kill9();
    Process publisher{publish_event({server.url(), "E", "--lines", "-v"})};
    publisher.write("1\n");
    CHECK(publisher.wait_for_err("waiting for the bus"));
    publisher.signal(SIGINT);
    CHECK(publisher.wait(5s) == 130);
    CHECK(publisher.err().find("0 events are published") != std::string::npos);
}

TEST_CASE("publisher: a pause of the input lets nothing lie, and SIGUSR1 tells how far it is") {
    const RedisServer server;
    Redis redis{server};
    Process publisher{publish_event({server.url(), "E", "--lines"})};
    publisher.write("1\n2\n3");
    CHECK(eventually(10s, [&] { return redis.ask({"XLEN", "band:events:{E}"}).integer == 2; }));
    publisher.signal(SIGUSR1);
    CHECK(publisher.wait_for_err("2 events published, 0 on their way"));
    publisher.close_stdin();
    CHECK(publisher.wait() == 0);
    CHECK(flaw_of_stream(redis, 3) == "");
}
