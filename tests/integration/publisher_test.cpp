// bus::Publisher on a real Redis: what it stores, and when it calls it confirmed.
#include "base/error.hpp"
#include "bus/bus.hpp"
#include "support/proxy.hpp"
#include "support/redis_client.hpp"
#include "support/redis_server.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace support;
using namespace std::chrono_literals;

namespace {

message::Message event(std::string name, std::string body) {
    message::Message message;
    message.routing_key = std::move(name);
    message.body = std::move(body);
    return message;
}

struct Publishing {
    explicit Publishing(const std::string& url, bus::PublisherOptions options = {})
        : bus(bus::Bus::open({.url = url})), publisher(bus->publisher(options)) {}

    std::unique_ptr<bus::Bus> bus;
    std::unique_ptr<bus::Publisher> publisher;
};

template <class Work> base::Error error_of(Work work) {
    try {
        work();
    } catch (const base::Error& error) {
        return error;
    }
    return {base::ErrorKind::internal, "no error", ""};
}

} // namespace

TEST_CASE("publisher: an event is stored with what differs from its defaults alone") {
    const RedisServer server;
    Publishing bus{server.url()};
    message::Message message = event("OrderPlaced", "{}");
    bus.publisher->publish(message);
    bus.publisher->flush();
    message.content_type = message::cbor_type;
    message.conversation_id = "c";
    message.source = "shop";
    bus.publisher->publish(message);
    bus.publisher->flush();
    Redis redis{server};
    const Answer entries = redis.command({"XRANGE", "band:events:{OrderPlaced}", "-", "+"});
    CHECK(entries[0][1].texts() == std::vector<std::string>{"body", "{}"});
    CHECK(entries[1][1].size() == 8);
    CHECK(entries[1][1]["content_type"].text == "application/cbor");
    CHECK(entries[1][1]["conversation_id"].text == "c");
    CHECK(entries[1][1]["source"].text == "shop");
    CHECK(bus.publisher->last_id() == entries[1][0].text);
    CHECK(bus.publisher->confirmed() == 2);
    CHECK(bus.publisher->unconfirmed() == 0);
}

TEST_CASE("publisher: events of many topics keep their order, and the index knows each topic") {
    const RedisServer server;
    Publishing bus{server.url()};
    for (int i = 0; i < 5'000; ++i)
        bus.publisher->publish(event("T" + std::to_string(i % 7), std::to_string(i)));
    bus.publisher->flush();
    CHECK(bus.publisher->confirmed() == 5'000);
    Redis redis{server};
    CHECK(redis.command({"ZRANGE", "band:index:events", "0", "-1"}).size() == 7);
    const Answer entries = redis.command({"XRANGE", "band:events:{T3}", "-", "+"});
    REQUIRE(entries.size() == 714);
    for (std::size_t i = 0; i < entries.size(); ++i)
        CHECK(entries[i][1]["body"].text == std::to_string(7 * i + 3));
}

TEST_CASE("publisher: a new topic is announced to who watches the index") {
    const RedisServer server;
    Redis watcher{server};
    watcher.command({"SUBSCRIBE", "band:index:events"});
    Publishing bus{server.url()};
    bus.publisher->publish(event("New", "1"));
    bus.publisher->flush();
    Redis redis{server};
    CHECK(redis.command({"ZSCORE", "band:index:events", "New"}).text == "0");
    CHECK(bus.bus->topics(message::Kind::event) == std::vector<std::string>{"New"});
}

TEST_CASE("publisher: what is sent but not confirmed is counted as such") {
    RedisServer server;
    Publishing bus{server.url(), {.retry_for = 200ms}};
    bus.publisher->publish(event("E", "1"));
    bus.publisher->flush();
    CHECK(bus.publisher->unconfirmed() == 0);
    bus.publisher->publish(event("E", "2"));
    CHECK(bus.publisher->unconfirmed() == 0); // not even sent
    server.kill9();
    const auto error = error_of([&] { bus.publisher->flush(); });
    CHECK(error.kind() == base::ErrorKind::temporary);
    CHECK(bus.publisher->confirmed() == 1);
    CHECK(bus.publisher->unconfirmed() <= 1);
}

TEST_CASE("publisher: the deadline ends all waiting for a server that hangs") {
    RedisServer server;
    server.stop_signal();
    Publishing bus{server.url(), {.retry_for = 1h, .deadline = base::Deadline::after(200ms)}};
    bus.publisher->publish(event("E", "1"));
    const auto error = error_of([&] { bus.publisher->flush(); });
    CHECK(error.kind() == base::ErrorKind::timeout);
    CHECK(bus.publisher->unconfirmed() == 1);
    server.continue_signal();
}

TEST_CASE("publisher: mandatory refuses what no service is subscribed to, and nothing else") {
    const RedisServer server;
    Redis redis{server};
    Publishing bus{server.url(), {.mandatory = true}};
    redis.command({"XGROUP", "CREATE", "band:events:{Heard}", "billing", "$", "MKSTREAM"});
    bus.publisher->publish(event("Heard", "1"));
    const auto error = error_of([&] { bus.publisher->publish(event("Unheard", "1")); });
    CHECK(error.kind() == base::ErrorKind::no);
    CHECK(std::string(error.what()).find("\"Unheard\"") != std::string::npos);
    CHECK(bus.publisher->confirmed() == 1);
    CHECK(redis.command({"EXISTS", "band:events:{Unheard}"}).integer == 0);
}

TEST_CASE("publisher: a name that no bus carries is refused before anything is sent") {
    const RedisServer server;
    Publishing bus{server.url()};
    for (const std::string& name :
         {std::string{}, std::string(256, 'x'), std::string{"a\nb"}, std::string{"a{b}"}})
        CHECK(error_of([&] { bus.publisher->publish(event(name, "1")); }).kind() ==
              base::ErrorKind::data);
    bus.publisher->flush();
    CHECK(bus.publisher->confirmed() == 0);
    CHECK(Redis{server}.command({"DBSIZE"}).integer == 0);
}

TEST_CASE("publisher: an error inside a batch counts the events before it") {
    const RedisServer server;
    Redis redis{server};
    redis.command({"SET", "band:events:{Broken}", "x"});
    Publishing bus{server.url()};
    bus.publisher->publish(event("Good", "1"));
    bus.publisher->publish(event("Good", "2"));
    bus.publisher->publish(event("Broken", "3"));
    const auto error = error_of([&] { bus.publisher->flush(); });
    CHECK(error.kind() == base::ErrorKind::no);
    CHECK(std::string(error.what()).find("WRONGTYPE") != std::string::npos);
    CHECK(bus.publisher->confirmed() == 2);
    CHECK(bus.publisher->unconfirmed() == 1);
}

TEST_CASE("publisher: finishing after a stop confirms what is on its way") {
    const RedisServer server;
    Publishing bus{server.url()};
    for (int i = 0; i < 200; ++i)
        bus.publisher->publish(event("E", std::to_string(i)));
    bus.publisher->finish(5s);
    CHECK(bus.publisher->confirmed() == 200);
    CHECK(Redis{server}.command({"XLEN", "band:events:{E}"}).integer == 200);
}
