#include "support/eventually.hpp"
#include "support/process.hpp"
#include "support/proxy.hpp"
#include "support/raw_server.hpp"
#include "support/redis_client.hpp"
#include "support/redis_server.hpp"
#include "support/socket.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>

using namespace support;

namespace {

std::string proxied_path(const Proxy& proxy) {
    return proxy.url().substr(std::string("unix://").size());
}

} // namespace

TEST_CASE("support: a Redis server answers and keeps its data over kill -9 and start") {
    RedisServer server{{"--appendonly", "yes", "--appendfsync", "always"}};
    Redis{server}.command({"XADD", "stream", "*", "field", "value"});
    CHECK(Redis{server}.command({"XLEN", "stream"}).integer == 1);
    server.kill9();
    CHECK_THROWS_AS(Redis{server}, std::runtime_error);
    server.start();
    CHECK(Redis{server}.command({"XLEN", "stream"}).integer == 1);
}

TEST_CASE("support: a MULTI that kill -9 tears apart stays undone, however often it starts again") {
    RedisServer server{{"--appendonly", "yes", "--appendfsync", "always"}};
    const auto push = [&] {
        Redis redis{server};
        for (const auto* command : {"MULTI", "one", "two", "EXEC"}) {
            const std::string word = command;
            redis.ask(word == "MULTI" || word == "EXEC"
                          ? std::vector<std::string>{word}
                          : std::vector<std::string>{"RPUSH", "list", word});
        }
    };
    push();
    server.kill9();
    const auto log = server.directory().path() / "appendonlydir" / "appendonly.aof.1.incr.aof";
    std::filesystem::resize_file(log, std::filesystem::file_size(log) - 20); // inside "two"
    server.start();
    CHECK(Redis{server}.command({"LLEN", "list"}).integer == 0);
    push();
    server.kill9();
    server.start();
    CHECK(Redis{server}.command({"LLEN", "list"}).integer == 2);
}

TEST_CASE("support: Redis servers run side by side, also on TCP") {
    const RedisServer one{{}, Listen::tcp};
    const RedisServer two{{}, Listen::tcp};
    CHECK(one.port() != two.port());
    CHECK(one.url() == "redis://127.0.0.1:" + std::to_string(one.port()));
    CHECK(one.unix_url() != two.unix_url());
    CHECK(Redis{one}.command({"CONFIG", "GET", "port"})["port"].text == std::to_string(one.port()));
}

TEST_CASE("support: a server that wants a password counts as up, one with bad options does not") {
    const RedisServer server{{"--requirepass", "secret"}};
    CHECK(Redis{server}.ask({"PING"}).text.starts_with("NOAUTH"));
    CHECK_THROWS_WITH_AS(Redis{server}.command({"PING"}), doctest::Contains("NOAUTH"),
                         std::runtime_error);
    CHECK_THROWS_WITH_AS(RedisServer({"--no-such-option", "1"}), doctest::Contains("Bad directive"),
                         std::runtime_error);
}

TEST_CASE("support: a stopped server hangs until it is continued") {
    RedisServer server;
    server.stop_signal();
    Process client{{"redis-cli", "-s", server.socket_path(), "PING"}};
    CHECK_FALSE(client.wait(100ms));
    server.continue_signal();
    CHECK(client.wait() == 0);
    CHECK(client.out() == "PONG\n");
}

TEST_CASE("support: a process is fed, read and waited for") {
    CHECK(run({"cat"}, std::string(1'000'000, 'x')).out.size() == 1'000'000);
    const Finished failed = run({"sh", "-c", "echo $WORD >&2; exit 7"}, "", {"WORD=hello"});
    CHECK(failed.status == 7);
    CHECK(failed.err == "hello\n");
    CHECK_THROWS_AS(run({"no-such-program-here"}), std::runtime_error);
    Process cat{{"cat"}};
    CHECK(cat.write("one\n"));
    CHECK(cat.wait_for_out("one\n"));
    cat.signal(SIGTERM);
    CHECK(cat.wait() == 128 + SIGTERM);
    CHECK_FALSE(cat.wait_for_out("two", 10s)); // over at once: nothing can come any more
}

TEST_CASE("support: the proxy relays, cuts, stalls and refuses") {
    const RedisServer server;
    Proxy proxy{server};
    Redis client{proxied_path(proxy)};
    CHECK(client.command({"ECHO", std::string(3'000'000, 'x')}).text.size() == 3'000'000);
    proxy.cut();
    CHECK_THROWS_AS(client.command({"PING"}), std::runtime_error);
    proxy.stall();
    Process hanging{{"redis-cli", "-s", proxied_path(proxy), "PING"}};
    CHECK(eventually(5s, [&] { return proxy.connections() == 2; }));
    CHECK_FALSE(hanging.wait(50ms));
    proxy.relay();
    CHECK(hanging.wait() == 0);
    proxy.refuse();
    CHECK_THROWS_AS(Redis(proxied_path(proxy)).command({"PING"}), std::runtime_error);
    proxy.relay();
    CHECK(Redis(proxied_path(proxy)).command({"PING"}).text == "PONG");
}

TEST_CASE("support: the proxy lets the server do the work and drops its answer") {
    const RedisServer server;
    Proxy proxy{server};
    proxy.swallow_once();
    CHECK_THROWS_AS(Redis(proxied_path(proxy)).command({"INCR", "count"}), std::runtime_error);
    CHECK(proxy.swallowed_bytes() == 4);
    CHECK(Redis(proxied_path(proxy)).command({"GET", "count"}).text == "1");
    proxy.cut_after(10);
    CHECK_THROWS_AS(Redis(proxied_path(proxy)).command({"INCR", "count"}), std::runtime_error);
    CHECK(Redis(proxied_path(proxy)).command({"GET", "count"}).text == "1");
}

TEST_CASE("support: garbage comes from the proxy and from the raw server") {
    const RedisServer server;
    Proxy proxy{server, Listen::tcp};
    proxy.answer_with("+MAYBE\r\n");
    const std::string port = proxy.url().substr(proxy.url().rfind(':') + 1);
    CHECK(run({"redis-cli", "-p", port, "PING"}).out == "MAYBE\n");
    const RawServer raw{"HTTP/1.1 400 Bad Request\r\n\r\n", AfterAnswer::close};
    CHECK_THROWS_WITH_AS(Redis(raw.socket_path()).command({"PING"}), doctest::Contains("Protocol"),
                         std::runtime_error);
    CHECK(raw.connections() == 1);
}
