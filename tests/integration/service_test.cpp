#include "service_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>

using namespace fixture;
using message::Message;
using service::Outcome;
using support::Redis;
using support::RedisServer;

namespace {

/// A server, a client of it, and a service that is not running yet.
struct Shop {
    RedisServer server;
    Redis redis{server};
    Noting service;
};

} // namespace

TEST_CASE("a service handles events, and what it publishes goes out with the acknowledgement") {
    Shop t;
    t.service.subscribe_events("Ordered", [&](const Message& event) {
        t.service.publish_event("Billed", event.body);
        t.service.publish_event("Packed", "1");
    });
    const Running running{t.service, t.server.url()};
    send(t.redis, "band:events:{Ordered}", R"({"n":1})");
    REQUIRE(eventually(5s, [&] { return length(t.redis, "band:events:{Packed}") == 1; }));
    const auto billed = entries(t.redis, "band:events:{Billed}");
    REQUIRE(billed.size() == 1);
    CHECK(field(billed[0], "body") == R"({"n":1})");
    CHECK(field(billed[0], "conversation_id") == "c1");
    CHECK(field(billed[0], "source") == "shop");
    CHECK(eventually(5s, [&] { return pending(t.redis, "band:events:{Ordered}", "shop") == 0; }));
    CHECK(t.redis.command({"ZSCORE", "band:index:events", "Billed"}).text == "0");
}

TEST_CASE("a command gets its result, an unknown one an error result") {
    Shop t;
    t.service.subscribe_commands("charge", [](const Message& command) {
        return Outcome::ok("{\"got\":" + command.body + "}");
    });
    const Running running{t.service, t.server.url()};
    send(t.redis, "band:commands:{shop}", "7",
         {"routing_key", "shop.charge", "reply_to", "me.return", "correlation_id", "k1"});
    send(t.redis, "band:commands:{shop}", "7",
         {"routing_key", "shop.refund", "reply_to", "me.return", "correlation_id", "k2"});
    REQUIRE(eventually(5s, [&] { return length(t.redis, "band:commands:{me}") == 2; }));
    const auto results = entries(t.redis, "band:commands:{me}");
    CHECK(field(results[0], "correlation_id") == "k1");
    CHECK(field(results[0], "status") == "success");
    CHECK(field(results[0], "body") == R"({"got":7})");
    CHECK(field(results[0], "routing_key") == "me.return");
    CHECK(field(results[1], "correlation_id") == "k2");
    CHECK(field(results[1], "status") == "error");
    CHECK(field(results[1], "body").find("unknown command") != std::string::npos);
    // Nobody announced that stream: it must not stay for ever.
    CHECK(t.redis.command({"PTTL", "band:commands:{me}"}).integer > 0);
}

TEST_CASE("the stream of a result dies when its requester said, that of a service never") {
    Shop t;
    t.service.subscribe_commands("charge", [](const Message&) { return Outcome::ok(); });
    const Running running{t.service, t.server.url()};
    const auto dies = base::unix_ms() + 60'000;
    t.redis.command({"ZADD", "band:index:commands", std::to_string(dies), "me"});
    t.redis.command({"ZADD", "band:index:commands", "0", "them"});
    for (const std::string who : {"me", "them"})
        send(t.redis, "band:commands:{shop}", "7",
             {"routing_key", "shop.charge", "reply_to", who + ".return"});
    REQUIRE(eventually(5s, [&] { return length(t.redis, "band:commands:{them}") == 1; }));
    CHECK(t.redis.command({"PEXPIRETIME", "band:commands:{me}"}).integer == dies);
    CHECK(t.redis.command({"PTTL", "band:commands:{them}"}).integer == -1);
}

TEST_CASE("a service's own commands: the result, and an error result where nobody answers") {
    Shop t;
    t.service.subscribe_commands(
        "double", [](const Message& command) { return Outcome::ok(command.body + command.body); });
    t.service.subscribe_events("Go", [&](const Message&) {
        t.service.send_command("shop.double", "4", "k1");
        t.service.send_command("nobody.double", "4", "k2");
    });
    t.service.at_ready = [&] { t.service.send_command("none.double", "5", "k3"); };
    const Running running{t.service, t.server.url()};
    send(t.redis, "band:events:{Go}", "1");
    CHECK(eventually(5s, [&] { return t.service.notes.has("result k1 success 44"); }));
    CHECK(eventually(5s, [&] { return t.service.notes.has("result k2 error"); }));
    CHECK(eventually(5s, [&] { return t.service.notes.has("result k3 error"); }));
    CHECK(t.service.notes.has("nobody answers"));
    CHECK(t.redis.command({"EXISTS", "band:commands:{nobody}"}).integer == 0);
    // What was published outside of a handler leaves no mark behind.
    CHECK(eventually(5s, [&] { return t.redis.command({"KEYS", "band:mark:*"}).size() == 0; }));
}

TEST_CASE("configurations come first, the last value of each, and also later ones") {
    Shop t;
    send(t.redis, "band:configurations:{Prices}", "1");
    send(t.redis, "band:configurations:{Prices}", "2");
    t.service.subscribe_configurations("Prices");
    t.service.subscribe_events("Ordered");
    {
        const Running running{t.service, t.server.url()};
        const auto texts = t.service.notes.texts();
        REQUIRE(texts.size() == 3);
        CHECK(texts[0] == "configuration Prices 2");
        CHECK(texts[1] == "configured");
        CHECK(texts[2] == "ready");
        send(t.redis, "band:configurations:{Prices}", "3");
        CHECK(eventually(5s, [&] { return t.service.notes.has("configuration Prices 3"); }));
    }
    CHECK(t.redis.ask({"XINFO", "GROUPS", "band:configurations:{Prices}"}).size() == 0);
}

TEST_CASE("events wait until every named configuration is there, and one that is refused is not") {
    Shop t;
    bool first = true;
    t.service.subscribe_configurations("Prices", [&](const Message&) {
        if (std::exchange(first, false))
            throw std::runtime_error("no such currency");
    });
    t.service.subscribe_events("Ordered");
    t.redis.command({"XGROUP", "CREATE", "band:events:{Ordered}", "shop", "0", "MKSTREAM"});
    send(t.redis, "band:events:{Ordered}", "1");
    std::thread later{[&] {
        Redis redis{t.server};
        eventually(5s, [&] { return pending(redis, "band:events:{Ordered}", "shop") == 1; });
        send(redis, "band:configurations:{Prices}", "bad"); // not JSON
        send(redis, "band:configurations:{Prices}", "1");   // the handler throws
        eventually(5s, [&] { return t.service.notes.count("no such currency") == 1; });
        t.service.notes.add("good one sent");
        send(redis, "band:configurations:{Prices}", "2");
    }};
    const Running running{t.service, t.server.url()};
    later.join();
    REQUIRE(eventually(5s, [&] { return t.service.notes.has("event Ordered 1"); }));
    const auto texts = t.service.notes.texts();
    const auto at = [&](const std::string& text) { return std::ranges::find(texts, text); };
    CHECK(at("good one sent") < at("configured"));
    CHECK(at("configured") < at("ready"));
    CHECK(at("ready") < at("event Ordered 1"));
}

TEST_CASE("a wildcard covers topics that appear later, from their first entry") {
    Shop t;
    t.service.subscribe_events("Order.#");
    const Running running{t.service, t.server.url()};
    send(t.redis, "band:events:{Order.new}", "1");
    send(t.redis, "band:events:{Order.new}", "2");
    send(t.redis, "band:events:{Other}", "3");
    for (const std::string topic : {"Order.new", "Other"}) {
        t.redis.command({"ZADD", "band:index:events", "0", topic});
        t.redis.command({"PUBLISH", "band:index:events", topic});
    }
    CHECK(eventually(5s, [&] { return t.service.notes.has("event Order.new 2"); }));
    CHECK(t.service.notes.has("event Order.new 1"));
    send(t.redis, "band:events:{Order.new}", "4");
    CHECK(eventually(5s, [&] { return t.service.notes.has("event Order.new 4"); }));
    CHECK_FALSE(t.service.notes.has("event Other"));
}

TEST_CASE("a wildcard over commands leaves no trace in the reply streams of requesters") {
    Shop t;
    t.service.subscribe_commands("#");
    const Running running{t.service, t.server.url()};
    // Gone before anyone could look: announced, and taken out of the index again.
    t.redis.command({"PUBLISH", "band:index:commands", "requester-1"});
    t.redis.command({"ZADD", "band:index:commands", "0", "other"});
    t.redis.command({"PUBLISH", "band:index:commands", "other"});
    CHECK(eventually(5s, [&] { return pending(t.redis, "band:commands:{other}", "shop") == 0; }));
    CHECK(t.redis.command({"EXISTS", "band:commands:{requester-1}"}).integer == 0);
}

TEST_CASE("a handler that throws gets its message once more; then it is a dead letter") {
    Shop t;
    std::atomic<int> runs = 0;
    t.service.subscribe_commands("charge", [&](const Message&) -> Outcome {
        ++runs;
        t.service.publish_event("Charged", "1"); // must never be seen
        throw std::runtime_error("no \x1b[31m credit");
    });
    t.service.subscribe_events("Flaky", [&, tries = 0](const Message&) mutable {
        if (++tries == 1)
            throw 42;
        t.service.publish_event("Done", "1");
    });
    const Running running{t.service, t.server.url()};
    const std::string id =
        send(t.redis, "band:commands:{shop}", "7",
             {"routing_key", "shop.charge", "reply_to", "me.return", "correlation_id", "k1"});
    send(t.redis, "band:events:{Flaky}", "1");
    REQUIRE(eventually(5s, [&] { return length(t.redis, "band:dead:{shop}") == 1; }));
    const auto dead = entries(t.redis, "band:dead:{shop}")[0];
    CHECK(field(dead, "reason") == "failed");
    CHECK(field(dead, "error").find("credit") != std::string::npos);
    CHECK(field(dead, "origin") == "band:commands:{shop} " + id);
    CHECK(field(dead, "deliveries") == "1");
    CHECK(field(dead, "body") == "7");
    CHECK(field(dead, "reply_to") == "me.return");
    CHECK(runs == 2);
    const auto results = entries(t.redis, "band:commands:{me}");
    REQUIRE(results.size() == 1);
    CHECK(field(results[0], "status") == "error");
    CHECK(field(results[0], "body").find("unhandled exception") != std::string::npos);
    CHECK(eventually(5s, [&] { return length(t.redis, "band:events:{Done}") == 1; }));
    CHECK(t.redis.command({"EXISTS", "band:events:{Charged}"}).integer == 0);
    CHECK(pending(t.redis, "band:commands:{shop}", "shop") == 0);
}

TEST_CASE("what cannot be handled is a dead letter at once, and the service lives on (S6)") {
    Shop t;
    t.service.subscribe_events("In");
    const Running running{t.service, t.server.url()};
    const std::string stream = "band:events:{In}";
    t.redis.command({"XADD", stream, "*", "body", "1"}); // no conversation
    send(t.redis, stream, "{\"a\":");
    send(t.redis, stream, "\xff\xfe");
    send(t.redis, stream, "hello", {"content_type", "text/plain"});
    send(t.redis, stream, "\x9f\x9f", {"content_type", "application/cbor"});
    send(t.redis, stream, std::string(100'000, '['));
    send(t.redis, stream, std::string(100'000, '\x81'), {"content_type", "application/cbor"});
    std::vector<std::string> wide{"XADD", stream, "*"}; // more fields than a script may unpack
    for (int i = 0; i < 10'000; ++i)
        wide.insert(wide.end(), {"f" + std::to_string(i), "x"});
    t.redis.command(wide);
    send(t.redis, stream, '"' + std::string(10 << 20, 'x') + '"');
    send(t.redis, stream, "2");
    REQUIRE(eventually(20s, [&] { return t.service.notes.has("event In 2"); }));
    REQUIRE(eventually(5s, [&] { return length(t.redis, "band:dead:{shop}") == 8; }));
    const auto dead = entries(t.redis, "band:dead:{shop}");
    CHECK(field(dead[0], "reason") == "invalid");
    for (std::size_t i = 1; i < 7; ++i)
        CHECK(field(dead[i], "reason") == "undecodable");
    CHECK(field(dead[7], "reason") == "invalid");
    CHECK(t.service.notes.count("event In \"xxxx") == 1); // large is not bad
    CHECK(t.service.notes.count("event ") == 2);
    CHECK(pending(t.redis, stream, "shop") == 0);
}

TEST_CASE("a result that no bus carries costs the result, not the service") {
    Shop t;
    t.service.subscribe_commands("charge", [](const Message&) { return Outcome::ok(); });
    const Running running{t.service, t.server.url()};
    const std::string stream = "band:commands:{shop}";
    send(t.redis, stream, "1", {"routing_key", "shop.charge", "reply_to", "a{b"});
    send(t.redis, stream, "{", {"routing_key", "shop.charge", "reply_to", "a\nb"});
    send(t.redis, stream, "2", {"routing_key", "shop.charge", "reply_to", "me.return"});
    CHECK(eventually(5s, [&] { return length(t.redis, "band:commands:{me}") == 1; }));
    CHECK(eventually(5s, [&] { return length(t.redis, "band:dead:{shop}") == 2; }));
}

TEST_CASE("effects are all or nothing, also when one of them cannot be published") {
    Shop t;
    t.redis.command({"SET", "band:events:{Second}", "no stream"});
    t.service.subscribe_events("Go", [&](const Message&) {
        t.service.publish_event("First", "1");
        t.service.publish_event("Second", "2");
    });
    const Running running{t.service, t.server.url()};
    send(t.redis, "band:events:{Go}", "1");
    REQUIRE(eventually(5s, [&] { return length(t.redis, "band:dead:{shop}") == 1; }));
    CHECK(field(entries(t.redis, "band:dead:{shop}")[0], "error").find("WRONGTYPE") !=
          std::string::npos);
    CHECK(t.redis.command({"EXISTS", "band:events:{First}"}).integer == 0);
}

TEST_CASE("a service logs in GELF") {
    Shop t;
    t.service.at_ready = [&] {
        t.service.log(message::Severity::warning, "low on paper", "tray 2");
    };
    const Running running{t.service, t.server.url()};
    REQUIRE(eventually(5s, [&] { return length(t.redis, "band:logs:{shop}") == 1; }));
    const auto log = entries(t.redis, "band:logs:{shop}")[0];
    CHECK(field(log, "routing_key") == "shop.WARNING");
    const std::string body = field(log, "body");
    for (const std::string part :
         {R"("short_message":"low on paper")", R"("full_message":"tray 2")", R"("level":4)",
          R"("version":"1.1")"})
        CHECK_MESSAGE(body.find(part) != std::string::npos, body);
}

TEST_CASE("what throws in on_ready ends the service with that error") {
    Shop t;
    t.service.at_ready = [] { throw std::runtime_error("no database"); };
    Running running{t.service, t.server.url()};
    running.stop();
    CHECK(t.service.notes.has("ended: no database"));
}

TEST_CASE("what is published before the bus is there arrives once it is") {
    Shop t;
    t.server.kill9();
    t.service.subscribe_configurations("Prices.*"); // wildcards do not hold anything up
    std::thread later{[&] {
        eventually(5s, [&] { return t.service.notes.count("waiting:") > 1; });
        t.server.start();
    }};
    t.service.at_ready = [&] { t.service.publish_event("Up", "1"); };
    const Running running{t.service, t.server.url()};
    later.join();
    Redis redis{t.server};
    CHECK(eventually(5s, [&] { return length(redis, "band:events:{Up}") == 1; }));
    CHECK(t.service.notes.count("recovered") == 1);
}

TEST_CASE("retention trims what everybody has acknowledged, and nothing else") {
    Shop t;
    const std::string stream = "band:events:{In}";
    std::atomic<bool> hold = true;
    t.service.subscribe_events("In", [&](const Message& event) {
        if (event.body == "250" && hold)
            throw std::runtime_error("later"); // stays unacknowledged while it rests
    });
    bus::BusOptions bus;
    bus.keep_entries = 100;
    auto options = quick();
    options.retry_delay = 3s;
    t.redis.command({"XGROUP", "CREATE", stream, "slow", "$", "MKSTREAM"});
    const Running running{t.service, t.server.url(), options, bus};
    for (int i = 0; i < 2000; ++i)
        send(t.redis, stream, std::to_string(i));
    REQUIRE(eventually(5s, [&] { return pending(t.redis, stream, "shop") <= 1; }));
    // The other group has read nothing: nothing may go, however often retention looks.
    t.redis.command({"CONFIG", "RESETSTAT"});
    const auto retentions = [&] {
        const std::string info = t.redis.command({"INFO", "commandstats"}).text;
        const auto at = info.find("cmdstat_xtrim:calls=");
        return at == std::string::npos ? 0 : std::stoi(info.substr(at + 20));
    };
    REQUIRE(eventually(10s, [&] { return retentions() >= 1; }));
    CHECK(length(t.redis, stream) == 2000);
    hold = false;
    t.redis.command({"XGROUP", "DESTROY", stream, "slow"});
    CHECK(eventually(10s, [&] { return length(t.redis, stream) <= 200; }));
    CHECK(length(t.redis, stream) >= 100);
    CHECK(eventually(5s, [&] { return pending(t.redis, stream, "shop") == 0; }));
}
