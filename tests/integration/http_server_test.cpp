#include "http_fixture.hpp"
#include "support/temp_directory.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <optional>
#include <sys/resource.h>
#include <sys/stat.h>
#include <vector>

using support::eventually;

namespace {

/// Answers with what was asked.
void echo(http::Request&& request, http::Responder&& responder) {
    responder.send({.body = request.method + " " + request.target + " " + request.body});
}

std::string get(std::string_view target) {
    return "GET " + std::string{target} + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

std::string post(std::string_view body) {
    return "POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string{body};
}

} // namespace

TEST_CASE("http server: keeps the connection and answers each request") {
    ServerThread server{echo};
    RawClient client{server.address()};
    REQUIRE(client.send(get("/one")));
    CHECK(client.read_until("GET /one "));
    REQUIRE(client.send(post("two")));
    CHECK(client.read_until("POST /p two"));
    REQUIRE(client.send("GET /three HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    CHECK(client.read_to_end());
    CHECK(client.count("HTTP/1.1 200 OK\r\n") == 3);
    CHECK(client.count("Connection: close\r\n") == 1);
}

TEST_CASE("http server: pipelined requests are answered in order, also when answers come late") {
    std::vector<http::Responder> waiting;
    ServerThread server{[&](http::Request&& request, http::Responder&& responder) {
        if (request.target == "/late")
            waiting.push_back(std::move(responder));
        else
            echo(std::move(request), std::move(responder));
    }};
    RawClient client{server.address()};
    REQUIRE(client.send(get("/first") + get("/late") + get("/last")));
    REQUIRE(client.read_until("GET /first "));
    REQUIRE(eventually(10s, [&] {
        std::size_t count = 0;
        server.on_loop([&] { count = waiting.size(); });
        return count == 1;
    }));
    CHECK(client.count("/last") == 0);
    server.on_loop([&] {
        waiting.front().send({.body = "it was late"});
        waiting.clear();
    });
    REQUIRE(client.read_until("GET /last "));
    CHECK(client.received().find("it was late") < client.received().find("GET /last"));
}

TEST_CASE("http server: pipelining without reading is bounded, and nothing is lost of it") {
    ServerThread server{[](http::Request&&, http::Responder&& responder) {
                            responder.send({.body = std::string(1024, 'a')});
                        },
                        {.requests_a_connection = 1'000'000}};
    RawClient client{server.address()};
    const std::string batch = [] {
        std::string text;
        for (int i = 0; i < 100; ++i)
            text += get("/");
        return text;
    }();
    // Until the server takes no more: kernel buffers on both sides, and what it holds itself.
    std::size_t sent = 0;
    int refused = 0;
    while (refused < 50) {
        const std::size_t count =
            client.send_some(std::string_view{batch}.substr(sent % batch.size()));
        sent += count;
        refused = count == 0 ? refused + 1 : 0;
        if (count == 0)
            server.on_loop([] {});
        REQUIRE(sent < 256u * 1024 * 1024);
    }
    const std::size_t requests = sent / get("/").size();
    client.stop_sending();
    REQUIRE(client.read_to_end());
    CHECK(client.count("HTTP/1.1 200 OK\r\n") == requests);
}

TEST_CASE("http server: malformed requests are refused, and the connection is closed") {
    ServerThread server{echo};
    struct Row {
        std::string request;
        std::string status;
    };
    const std::string head = "POST / HTTP/1.1\r\nHost: x\r\n";
    const std::vector<Row> rows{
        {"\x16\x03\x01 hello\r\n\r\n", "400"},
        {"GET /\r\n\r\n", "400"},
        {"GET / HTTP/1.1\n\n", "400"},
        {"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"GET / HTTP/1.1 \r\nHost: x\r\n\r\n", "400"},
        {"GET / HTTP/1.1\r\n\r\n", "400"},
        {"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400"},
        {"GET / HTTP/1.1\r\nHost: x\r\nbad line\r\n\r\n", "400"},
        {"GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", "400"},
        {"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n folded\r\n\r\n", "400"},
        {"GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", "400"},
        {"GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(1, '\0') + "\r\n\r\n", "400"},
        {"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"GET x HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", "505"},
        {"GET / HTTP/1\r\nHost: x\r\n\r\n", "400"},
        {"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", "501"},
        {head + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "400"},
        {head + "Content-Length: 3, 4\r\n\r\nabcd", "400"},
        {head + "Content-Length: -1\r\n\r\n", "400"},
        {head + "Content-Length: 0x3\r\n\r\nabc", "400"},
        {head + "Content-Length: 99999999999999999999\r\n\r\n", "413"},
        {head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
        {head + "Transfer-Encoding: gzip\r\n\r\n", "501"},
        {head + "Transfer-Encoding: xchunked\r\n\r\n", "501"},
        {head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
        {head + "Transfer-Encoding: chunked\r\n\r\n-1\r\n", "400"},
        {head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n", "400"},
        {head + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", "413"},
        {head + "Transfer-Encoding: chunked\r\n\r\nffffffff\r\n", "413"},
        {head + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(300, 'e'), "400"},
        {head + "Expect: a cake\r\nContent-Length: 1\r\n\r\n", "417"},
        {"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", "414"},
        {"GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(1'000'000, 'a') + "\r\n\r\n", "431"},
        {"GET / HTTP/1.1\r\nHost: x\r\n" +
             [] {
                 std::string lines;
                 for (int i = 0; i < 200; ++i)
                     lines += "A: b\r\n";
                 return lines;
             }() +
             "\r\n",
         "431"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.request.substr(0, 200));
        RawClient client{server.address()};
        REQUIRE(client.send(row.request));
        client.stop_sending();
        CHECK(client.read_to_end());
        CHECK(client.received().substr(0, 13) == "HTTP/1.1 " + row.status + " ");
        CHECK(client.count("HTTP/1.1 ") == 1);
    }
    CHECK(first_line(server.address(), get("/")) == "HTTP/1.1 200 OK");
}

TEST_CASE("http server: an endless chunked body is refused at the limit") {
    ServerThread server{echo, {.body_bytes = 100'000}};
    RawClient client{server.address()};
    REQUIRE(client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
    const std::string chunk = "400\r\n" + std::string(1024, 'x') + "\r\n";
    for (int i = 0; i < 400; ++i)
        REQUIRE(client.send(chunk));
    CHECK(client.read_until("HTTP/1.1 413 "));
}

TEST_CASE("http server: a chunked body with extensions and trailers arrives whole") {
    ServerThread server{echo};
    RawClient client{server.address()};
    for (const char* part : {"POST / HTTP/1.1\r\nHo", "st: x\r\nTransfer-Encoding: Chunked\r",
                             "\n\r", "\n3;a=b\r\nab", "c\r\n0000A\r\n0123456789\r\n",
                             "0\r\nSum: 1\r", "\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n"})
        REQUIRE(client.send(part));
    CHECK(client.read_until("GET /next "));
    CHECK(client.count("POST / abc0123456789") == 1);
}

TEST_CASE("http server: a client sees that its body is too large while it is still sending") {
    ServerThread server{echo};
    RawClient client{server.address()};
    const std::size_t size = 24u * 1024 * 1024;
    REQUIRE(client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(size) +
                        "\r\n\r\n"));
    REQUIRE(client.send(std::string(size, 'b')));
    CHECK(client.read_to_end());
    CHECK(client.count("HTTP/1.1 413 ") == 1);
}

TEST_CASE("http server: 100 Continue comes before the body, and only where it will be taken") {
    ServerThread server{echo, {.body_bytes = 10}};
    RawClient client{server.address()};
    REQUIRE(client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                        "Content-Length: 2\r\n\r\n"));
    REQUIRE(client.read_until("HTTP/1.1 100 Continue\r\n\r\n"));
    REQUIRE(client.send("ok"));
    CHECK(client.read_until("POST / ok"));
    CHECK(first_line(server.address(), "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                                       "Content-Length: 11\r\n\r\n")
              .starts_with("HTTP/1.1 413"));
}

TEST_CASE("http server: heads and bodies that come byte by byte are dropped, others are served") {
    ServerThread server{echo, {.header_time = 300ms, .body_time = 600ms}};
    std::atomic<int> late = 0;
    server.on_loop([&] {
        server.server().log_to(
            [&](const http::Exchange& exchange) { late += exchange.status == 408; });
    });
    std::vector<std::unique_ptr<RawClient>> slow;
    for (int i = 0; i < 100; ++i) {
        slow.push_back(std::make_unique<RawClient>(server.address()));
        REQUIRE(slow.back()->send(i % 2 == 0 ? "GET / HT"
                                             : "POST / HTTP/1.1\r\nHost: x\r\n"
                                               "Content-Length: 1000000\r\n\r\n"));
    }
    // A byte now and then must not buy more time.
    CHECK(eventually(10s, [&] {
        for (const auto& client : slow)
            client->send_some("x");
        return first_line(server.address(), post("quick")) == "HTTP/1.1 200 OK" && late == 100;
    }));
    for (const auto& client : slow)
        CHECK(client->read_until("HTTP/1.1 408 "));
}

TEST_CASE("http server: an idle connection is closed without a word") {
    ServerThread server{echo, {.idle_time = 100ms}};
    RawClient fresh{server.address()};
    CHECK(fresh.read_to_end());
    CHECK(fresh.received().empty());
    RawClient used{server.address()};
    REQUIRE(used.send(get("/")));
    CHECK(used.read_to_end());
    CHECK(used.count("HTTP/1.1 ") == 1);
}

TEST_CASE("http server: an answer that is not read is dropped") {
    ServerThread server{[](http::Request&&, http::Responder&& responder) {
                            responder.send({.body = std::string(32u * 1024 * 1024, 'x')});
                        },
                        {.send_time = 200ms}};
    RawClient client{server.address()};
    REQUIRE(client.send(get("/")));
    REQUIRE(eventually(10s, [&] { return server.connections() == 1; }));
    CHECK(eventually(10s, [&] { return server.connections() == 0; }));
}

TEST_CASE("http server: a stream is chunked, and ends for a reader that does not keep up") {
    std::optional<http::Responder> stream;
    std::atomic<bool> gone = false;
    ServerThread server{[&](http::Request&&, http::Responder&& responder) {
        http::Headers headers;
        headers.add("Content-Type", "text/event-stream");
        responder.start(200, std::move(headers));
        responder.on_gone([&] { gone = true; });
        stream.emplace(std::move(responder));
    }};
    RawClient client{server.address()};
    REQUIRE(client.send(get("/")));
    REQUIRE(client.read_until("Transfer-Encoding: chunked\r\n"));
    server.on_loop([&] { CHECK(stream->write("data: 1\n\n")); });
    CHECK(client.read_until("9\r\ndata: 1\n\n\r\n"));
    CHECK_FALSE(gone);
    const std::string piece(64u * 1024, 'x');
    bool written = true;
    for (int i = 0; i < 1000 && written; ++i)
        server.on_loop([&] { written = stream->write(piece); });
    CHECK_FALSE(written);
    CHECK(eventually(10s, [&] { return gone.load(); }));
    CHECK(server.connections() == 0);
    server.on_loop([&] { stream.reset(); });
}

TEST_CASE("http server: a handler learns that its client has gone, and may answer no one") {
    std::optional<http::Responder> owed;
    std::atomic<int> gone = 0;
    ServerThread server{[&](http::Request&&, http::Responder&& responder) {
        responder.on_gone([&] { ++gone; });
        owed.emplace(std::move(responder));
    }};
    {
        RawClient client{server.address()};
        REQUIRE(client.send(get("/")));
        REQUIRE(eventually(10s, [&] { return server.connections() == 1; }));
    }
    CHECK(eventually(10s, [&] { return gone == 1; }));
    server.on_loop([&] { owed->send({.body = "nobody reads this"}); });
    CHECK(eventually(10s, [&] { return server.connections() == 0; }));
}

TEST_CASE("http server: a client that has only stopped sending gets its answer") {
    std::optional<http::Responder> owed;
    std::atomic<bool> gone = false;
    ServerThread server{[&](http::Request&&, http::Responder&& responder) {
        responder.on_gone([&] { gone = true; });
        owed.emplace(std::move(responder));
    }};
    RawClient client{server.address()};
    REQUIRE(client.send(get("/")));
    client.stop_sending();
    REQUIRE(eventually(10s, [&] { return gone.load(); }));
    server.on_loop([&] { owed->send({.body = "all the same"}); });
    CHECK(client.read_to_end());
    CHECK(client.count("all the same") == 1);
}

TEST_CASE("http server: a responder that is dropped answers 500") {
    ServerThread server{[](http::Request&&, http::Responder&&) {}};
    CHECK(first_line(server.address(), get("/")) == "HTTP/1.1 500 Internal Server Error");
}

TEST_CASE("http server: the answer to HEAD has its length but no body, HTTP/1.0 closes") {
    ServerThread server{echo};
    RawClient head{server.address()};
    REQUIRE(head.send("HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    REQUIRE(head.read_to_end());
    CHECK(head.count("Content-Length: 8\r\n") == 1);
    CHECK(head.received().ends_with("\r\n\r\n"));
    RawClient old{server.address()};
    REQUIRE(old.send("GET /x HTTP/1.0\r\n\r\n"));
    REQUIRE(old.read_to_end());
    CHECK(old.received().ends_with("GET /x "));
}

TEST_CASE("http server: what a socket does not take of a stream at once follows by itself") {
    constexpr std::size_t size = 1000 * 1000; // more than a Unix socket holds
    const support::TempDirectory directory;
    std::optional<http::Responder> stream;
    ServerThread server{[&](http::Request&&, http::Responder&& responder) {
                            responder.start(200, {});
                            stream.emplace(std::move(responder));
                        },
                        {},
                        {.unix_path = directory.path() / "s"}};
    RawClient reader{server.address()};
    REQUIRE(reader.send("GET / HTTP/1.0\r\n\r\n")); // without chunks, to count bytes
    REQUIRE(reader.read_until("\r\n\r\n"));
    server.on_loop([&] { REQUIRE(stream->write(std::string(size, 'x'))); });
    CHECK(reader.skip(size));
    server.on_loop([&] { stream.reset(); });
}

TEST_CASE("http server: a stream whose reader is always a little behind takes no more memory") {
    constexpr std::size_t piece = 64 * 1024;
    const support::TempDirectory directory;
    std::optional<http::Responder> stream;
    ServerThread server{[&](http::Request&& request, http::Responder&& responder) {
                            if (request.target == "/stream") {
                                responder.start(200, {});
                                stream.emplace(std::move(responder));
                            } else {
                                echo(std::move(request), std::move(responder));
                            }
                        },
                        {.buffered_bytes = 4 * 1024 * 1024},
                        {.unix_path = directory.path() / "s"}};
    RawClient reader{server.address()};
    REQUIRE(reader.send("GET /stream HTTP/1.0\r\n\r\n")); // without chunks, to count bytes
    REQUIRE(reader.read_until("\r\n\r\n"));
    const auto write = [&] {
        server.on_loop([&] { REQUIRE(stream->write(std::string(piece, 'x'))); });
    };
    for (int i = 0; i < 12; ++i) // more than a socket holds
        write();
    // As much is read as is written from here on, so that some of it is always left.
    for (int turn = 0; turn < 200; ++turn) {
        REQUIRE(reader.skip(piece));
        write();
    }
    RawClient other{server.address()};
    REQUIRE(other.send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab"));
    server.on_loop([] {});
    other.send("cd");
    CHECK(other.read_until("POST /p abcd"));
    server.on_loop([&] { stream.reset(); });
}

TEST_CASE("http server: the answer to HEAD is complete where that to GET has no end") {
    std::vector<http::Responder> streams;
    bool more = true;
    ServerThread server{[&](http::Request&& request, http::Responder&& responder) {
        if (request.target != "/stream")
            return echo(std::move(request), std::move(responder));
        responder.start(200, {});
        more = responder.write("line\n");
        streams.push_back(std::move(responder));
    }};
    RawClient client{server.address()};
    REQUIRE(client.send("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n" + get("/next")));
    CHECK(client.read_until("GET /next "));
    CHECK(client.count("line") == 0);
    server.on_loop([&] {
        CHECK_FALSE(more);
        streams.clear();
    });
}

TEST_CASE("http server: a header value cannot end its line") {
    ServerThread server{[](http::Request&&, http::Responder&& responder) {
        http::Response response;
        response.headers.add("X-Name", "a\r\nSet-Cookie: b");
        responder.send(std::move(response));
    }};
    RawClient client{server.address()};
    REQUIRE(client.send(get("/")));
    CHECK(client.read_until("X-Name: a  Set-Cookie: b\r\n"));
}

TEST_CASE("http server: beyond its connections others wait, and are served when one ends") {
    ServerThread server{echo, {.connections = 5}};
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 10; ++i) {
        clients.push_back(std::make_unique<RawClient>(server.address()));
        REQUIRE(clients.back()->send(get("/")));
    }
    for (int i = 0; i < 5; ++i)
        CHECK(clients[static_cast<std::size_t>(i)]->read_until("GET / "));
    CHECK(server.connections() == 5);
    clients.erase(clients.begin(), clients.begin() + 5);
    for (const auto& client : clients)
        CHECK(client->read_until("GET / "));
}

TEST_CASE("http server: without a file descriptor to spare it says so and goes on") {
    ServerThread server{echo};
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    std::vector<std::unique_ptr<RawClient>> clients;
    clients.reserve(100);
    // Sockets that are made before the limit falls, and connected after it.
    RawClient open{server.address()};
    REQUIRE(open.send(get("/open")));
    REQUIRE(open.read_until("GET /open "));
    base::UniqueFd fd{::dup(0)};
    const int lowest = fd.get();
    rlimit low = before;
    std::optional<RawClient> refused;
    // The client takes the last descriptor, so that none is left for the server's end.
    low.rlim_cur = static_cast<rlim_t>(lowest) + 1;
    fd.reset();
    setrlimit(RLIMIT_NOFILE, &low);
    refused.emplace(server.address());
    const bool told = refused->send(get("/")) && refused->read_until("HTTP/1.1 503 ");
    setrlimit(RLIMIT_NOFILE, &before);
    CHECK(told);
    REQUIRE(open.send(get("/still")));
    CHECK(open.read_until("GET /still "));
    CHECK(first_line(server.address(), get("/")) == "HTTP/1.1 200 OK");
}

TEST_CASE("http server: bodies beyond what all connections may hold are refused") {
    ServerThread server{echo, {.buffered_bytes = 100'000}};
    RawClient first{server.address()};
    REQUIRE(first.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n" +
                       std::string(80'000, 'a')));
    server.on_loop([] {});
    RawClient second{server.address()};
    REQUIRE(second.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n" +
                        std::string(80'000, 'a')));
    CHECK((second.read_until("HTTP/1.1 503 ") || first.read_until("HTTP/1.1 503 ")));
}

TEST_CASE("http server: a connection ends after so many requests") {
    ServerThread server{echo, {.requests_a_connection = 3}};
    RawClient client{server.address()};
    std::string requests;
    for (int i = 0; i < 5; ++i)
        requests += get("/");
    REQUIRE(client.send(requests));
    CHECK(client.read_to_end());
    CHECK(client.count("HTTP/1.1 200 OK\r\n") == 3);
    CHECK(client.count("Connection: close\r\n") == 1);
}

TEST_CASE("http server: draining finishes what was accepted and takes nothing new") {
    std::vector<http::Responder> waiting;
    ServerThread server{[&](http::Request&& request, http::Responder&& responder) {
        if (request.target == "/slow")
            waiting.push_back(std::move(responder));
        else
            echo(std::move(request), std::move(responder));
    }};
    RawClient busy{server.address()};
    RawClient idle{server.address()};
    RawClient late{server.address()};
    REQUIRE(busy.send(get("/slow")));
    REQUIRE(idle.send(get("/idle")));
    REQUIRE(idle.read_until("GET /idle "));
    REQUIRE(late.send("GET /late HTTP/1.1\r\n"));
    REQUIRE(eventually(10s, [&] {
        std::size_t count = 0;
        server.on_loop([&] { count = waiting.size(); });
        return count == 1 && server.connections() == 3;
    }));
    std::atomic<bool> drained = false;
    server.on_loop([&] { server.server().drain(10s, [&] { drained = true; }); });
    CHECK_THROWS(RawClient{server.address()});
    REQUIRE(late.send("Host: x\r\n\r\n"));
    CHECK(late.read_to_end());
    CHECK(late.count("GET /late ") == 1);
    CHECK(idle.read_to_end());
    CHECK_FALSE(drained);
    server.on_loop([&] { waiting.front().send({.body = "done"}); });
    CHECK(busy.read_to_end());
    CHECK(busy.count("done") == 1);
    CHECK(eventually(10s, [&] { return drained.load(); }));
}

TEST_CASE("http server: draining ends after its grace, whatever is unfinished") {
    std::optional<http::Responder> owed;
    ServerThread server{
        [&](http::Request&&, http::Responder&& responder) { owed.emplace(std::move(responder)); }};
    RawClient client{server.address()};
    REQUIRE(client.send(get("/")));
    REQUIRE(eventually(10s, [&] { return server.connections() == 1; }));
    std::atomic<bool> drained = false;
    server.on_loop([&] { server.server().drain(50ms, [&] { drained = true; }); });
    CHECK(eventually(10s, [&] { return drained.load(); }));
    server.on_loop([&] { owed.reset(); });
}

TEST_CASE("http server: a Unix socket is for its owner and group, and replaces a dead one") {
    const support::TempDirectory directory;
    const net::Address address{.unix_path = directory.path() / "s"};
    std::string peer;
    {
        ServerThread server{[&](http::Request&& request, http::Responder&& responder) {
                                peer = request.peer;
                                echo(std::move(request), std::move(responder));
                            },
                            {},
                            address};
        CHECK(first_line(address, get("/")) == "HTTP/1.1 200 OK");
        struct stat status {};
        REQUIRE(stat(address.unix_path.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0660);
        CHECK_THROWS(ServerThread{echo, {}, address});
    }
    CHECK(peer == "unix");
    CHECK_THROWS(RawClient{address});
    { const base::UniqueFd dead = support::listen_unix(address.unix_path); }
    ServerThread server{echo, {}, address};
    CHECK(first_line(address, get("/")) == "HTTP/1.1 200 OK");
}

TEST_CASE("http server: every exchange is told, also those that no handler saw") {
    std::vector<http::Exchange> told;
    ServerThread server{echo};
    server.on_loop([&] {
        server.server().log_to([&](const http::Exchange& exchange) { told.push_back(exchange); });
    });
    CHECK(first_line(server.address(), "GET /a HTTP/1.1\r\nHost: x\r\nUser-Agent: me\r\n\r\n") ==
          "HTTP/1.1 200 OK");
    CHECK(first_line(server.address(), "nonsense\r\n\r\n") == "HTTP/1.1 400 Bad Request");
    server.on_loop([&] {
        REQUIRE(told.size() == 2);
        CHECK(told[0].peer == "127.0.0.1");
        CHECK(told[0].target == "/a");
        CHECK(told[0].user_agent == "me");
        CHECK(told[0].status == 200);
        CHECK(told[0].body_bytes == 7);
        CHECK(told[1].status == 400);
    });
}
