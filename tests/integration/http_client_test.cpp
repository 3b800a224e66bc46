// The client against a real server, by both of its transports: plain HTTP on this machine is
// spoken directly, HTTPS by libcurl.
#include "base/error.hpp"
#include "http/client.hpp"
#include "support/process.hpp"
#include "support/raw_server.hpp"
#include "support/socket.hpp"
#include "support/temp_directory.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <thread>
#include <unistd.h>

using namespace support;
using base::Deadline;
using base::ErrorKind;

namespace {

/// The server, with certificates of its own where it speaks TLS.
class Peer {
public:
    explicit Peer(bool tls) : tls_(tls) {
        if (tls)
            make_certificates();
        std::vector<std::string> command{"python3", HTTP_PEER, path("")};
        if (tls)
            command.push_back("tls");
        process_.emplace(command);
        REQUIRE(process_->wait_for_out("\n", 20s));
        port_ = process_->out().substr(0, process_->out().find('\n'));
    }

    [[nodiscard]] http::Endpoint endpoint() const {
        auto endpoint =
            http::Endpoint::parse((tls_ ? "https://localhost:" : "http://127.0.0.1:") + port_);
        if (tls_) {
            endpoint.ca_file = path("ca.pem");
            endpoint.certificate_file = path("client.pem");
            endpoint.key_file = path("client.pem");
        }
        return endpoint;
    }

    [[nodiscard]] std::string path(const std::string& file) const {
        return directory_.path() / file;
    }

private:
    void make_certificates() const {
        for (const std::string name : {"ca", "server", "client"}) {
            std::vector<std::string> command{"openssl",
                                             "req",
                                             "-x509",
                                             "-newkey",
                                             "ec",
                                             "-pkeyopt",
                                             "ec_paramgen_curve:P-256",
                                             "-nodes",
                                             "-days",
                                             "2",
                                             "-keyout",
                                             path(name + ".key"),
                                             "-out",
                                             path(name + ".crt"),
                                             "-subj",
                                             "/CN=" + name,
                                             "-addext",
                                             "subjectAltName=DNS:localhost"};
            if (name != "ca")
                command.insert(command.end(), {"-CA", path("ca.crt"), "-CAkey", path("ca.key"),
                                               "-addext", "basicConstraints=critical,CA:FALSE"});
            const auto made = run(command);
            REQUIRE_MESSAGE(made.status == 0, made.err);
            directory_.write(name + ".pem",
                             read_file(path(name + ".crt")) +
                                 (name == "ca" ? "" : read_file(path(name + ".key"))));
        }
    }

    TempDirectory directory_;
    bool tls_;
    std::optional<Process> process_;
    std::string port_;
};

http::Request request(std::string method, std::string target, std::string body = {}) {
    http::Request made;
    made.method = std::move(method);
    made.target = std::move(target);
    made.body = std::move(body);
    return made;
}

Deadline soon() {
    return Deadline::after(20s);
}

std::optional<ErrorKind> failure(const std::function<void()>& work) {
    try {
        work();
    } catch (const base::Error& error) {
        INFO(error.what());
        return error.kind();
    }
    return std::nullopt;
}

void check_conversation(const Peer& peer) {
    http::Client client{peer.endpoint()};
    CHECK(client.send(request("GET", "/x?y=%20"), soon()).body == "/x?y=%20");
    CHECK(client.send(request("GET", "/none"), soon()).status == 404);
    CHECK(client.send(request("HEAD", "/x"), soon()).body.empty());
    CHECK(client.send(request("POST", "/", "hello"), soon()).body == "5 hello");
    const auto last = client.send(request("POST", "/"), soon());
    CHECK(last.body == "0 ");
    CHECK(last.headers.find("x-connections") == "1"); // all of them on one connection
}

void check_streams(const Peer& peer) {
    http::Client client{peer.endpoint()};
    const std::string piece(100'000, 'x');
    int left = 50;
    const http::Transfer upload{
        .source = [&] { return left-- > 0 ? std::string_view{piece} : std::string_view{}; },
        .sink = {}};
    CHECK(client.send(request("POST", "/"), soon(), upload).body.starts_with("5000000 xxx"));

    std::size_t seen = 0;
    const http::Transfer download{.source = {}, .sink = [&](std::string_view bytes) {
                                      seen += bytes.size();
                                      return seen < 1'000'000;
                                  }};
    CHECK(client.send(request("GET", "/endless"), soon(), download).status == 200);
    CHECK(seen >= 1'000'000);
    CHECK(client.send(request("GET", "/again"), soon()).body == "/again");
}

void check_failures(const Peer& peer) {
    http::Client small{peer.endpoint(), -1, {.body_bytes = 1'000'000}};
    CHECK(failure([&] { small.send(request("GET", "/large"), soon()); }) == ErrorKind::protocol);
    CHECK(failure([&] { small.send(request("GET", "/silent"), Deadline::after(50ms)); }) ==
          ErrorKind::timeout);

    int stop[2];
    REQUIRE(pipe(stop) == 0);
    const base::UniqueFd read_end{stop[0]};
    const base::UniqueFd write_end{stop[1]};
    REQUIRE(write(stop[1], "x", 1) == 1);
    http::Client stopped{peer.endpoint(), stop[0]};
    CHECK(failure([&] { stopped.send(request("GET", "/silent"), soon()); }) ==
          ErrorKind::interrupted);

    // What the caller's own functions throw comes out as it is.
    const http::Transfer broken{
        .source = []() -> std::string_view { throw std::runtime_error("disk"); }, .sink = {}};
    http::Client client{peer.endpoint()};
    CHECK_THROWS_AS(client.send(request("POST", "/"), soon(), broken), std::runtime_error);
}

} // namespace

TEST_CASE("http client: requests share a connection, plain") {
    check_conversation(Peer{false});
}

TEST_CASE("http client: requests share a connection, TLS with certificates on both sides") {
    check_conversation(Peer{true});
}

TEST_CASE("http client: bodies stream in both directions, plain") {
    check_streams(Peer{false});
}

TEST_CASE("http client: bodies stream in both directions, TLS") {
    check_streams(Peer{true});
}

TEST_CASE("http client: failures have their kinds, plain") {
    check_failures(Peer{false});
}

TEST_CASE("http client: failures have their kinds, TLS") {
    check_failures(Peer{true});
}

TEST_CASE("http client: a server that refuses a body before its end is heard") {
    const Peer peer{false};
    http::Client client{peer.endpoint()};
    const std::string piece(100'000, 'x');
    const http::Transfer endless{.source = [&] { return std::string_view{piece}; }, .sink = {}};
    CHECK(client.send(request("POST", "/refuse"), soon(), endless).status == 413);
}

TEST_CASE("http client: a connection on which a body was broken off is not used again") {
    const Peer peer{false};
    http::Client client{peer.endpoint()};
    const std::string body(20'000'000, 'x');
    CHECK(client.send(request("POST", "/early", body), soon()).status == 413);
    CHECK(client.send(request("GET", "/next"), soon()).body == "/next");
}

TEST_CASE("http client: the deadline holds for a server that never stops sending") {
    const Peer peer{false};
    http::Client client{peer.endpoint()};
    const auto deadline = Deadline::after(200ms);
    std::size_t seen = 0;
    const http::Transfer download{.source = {}, .sink = [&](std::string_view bytes) {
                                      while (!deadline.passed()) // meanwhile much more has come
                                          std::this_thread::yield();
                                      return (seen += bytes.size()) < 1'000'000;
                                  }};
    CHECK(failure([&] { client.send(request("GET", "/endless"), deadline, download); }) ==
          ErrorKind::timeout);
    CHECK(seen <= 64 * 1024); // what one read has given
}

TEST_CASE("http client: a server of an authority we do not trust is refused") {
    const Peer peer{true};
    auto endpoint = peer.endpoint();
    endpoint.ca_file.clear();
    http::Client client{endpoint};
    CHECK(failure([&] { client.send(request("GET", "/"), soon()); }) == ErrorKind::no_permission);
}

TEST_CASE("http client: nobody there, and somebody who speaks something else") {
    const auto port = std::to_string(free_port());
    for (const std::string scheme : {"http", "https"}) {
        http::Client client{http::Endpoint::parse(scheme + "://127.0.0.1:" + port)};
        CHECK(failure([&] { client.send(request("GET", "/"), soon()); }) == ErrorKind::unavailable);
    }
    const RawServer raw{"SSH-2.0-OpenSSH_9.2\r\n"};
    http::Client client{http::Endpoint::parse("unix://" + raw.socket_path())};
    CHECK(failure([&] { client.send(request("GET", "/"), soon()); }) == ErrorKind::protocol);
}
