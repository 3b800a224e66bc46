#include "base/error.hpp"
#include "http/response_reader.hpp"

#include <doctest/doctest.h>

#include <string>

using http::ClientLimits;
using http::Response;
using http::ResponseReader;
using http::Transfer;

namespace {

const std::string peer = "peer";

struct Outcome {
    Response response;
    bool done = false;
    bool reusable = false;
};

Outcome read(std::string_view bytes, std::size_t piece, const Transfer& transfer = {},
             bool head = false) {
    const ClientLimits limits{.header_bytes = 200, .header_lines = 10, .body_bytes = 100};
    ResponseReader reader{limits, transfer, peer, head};
    for (; !bytes.empty() && !reader.done(); bytes.remove_prefix(std::min(piece, bytes.size())))
        reader.feed(bytes.substr(0, piece));
    if (!reader.done() && reader.until_close())
        reader.end_of_stream();
    return {reader.take(), reader.done(), reader.reusable()};
}

/// The same however the bytes are cut.
Outcome read_all(std::string_view bytes, bool head = false) {
    const Outcome whole = read(bytes, bytes.size(), {}, head);
    const Outcome single = read(bytes, 1, {}, head);
    CHECK(whole.response.status == single.response.status);
    CHECK(whole.response.body == single.response.body);
    CHECK(whole.reusable == single.reusable);
    CHECK(whole.done == single.done);
    return whole;
}

void check_refused(std::string_view bytes) {
    for (const std::size_t piece : {bytes.size(), std::size_t{1}}) {
        try {
            read(bytes, piece);
            FAIL_CHECK("accepted: ", std::string{bytes});
        } catch (const base::Error& error) {
            CHECK(error.kind() == base::ErrorKind::protocol);
        }
    }
}

} // namespace

TEST_CASE("response: a body of known length leaves the connection usable") {
    const auto got = read_all("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
                              "\r\nhello");
    CHECK(got.done);
    CHECK(got.reusable);
    CHECK(got.response.status == 200);
    CHECK(got.response.headers.find("content-type") == "text/plain");
    CHECK(got.response.body == "hello");
}

TEST_CASE("response: chunks are joined, extensions and trailers dropped") {
    const auto got = read_all("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
                              "5;x=y\r\nhello\r\nA \r\n, world!!!\r\n0\r\nTrailer: x\r\n\r\n");
    CHECK(got.done);
    CHECK(got.reusable);
    CHECK(got.response.body == "hello, world!!!");
}

TEST_CASE("response: without a length the body ends with the connection") {
    const auto got = read_all("HTTP/1.1 200 OK\r\n\r\nhello");
    CHECK(got.response.body == "hello");
    CHECK_FALSE(got.reusable);
}

TEST_CASE("response: some answers have no body whatever they announce") {
    CHECK(read_all("HTTP/1.1 204 No Content\r\n\r\n").done);
    CHECK(read_all("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n").done);
    CHECK(read_all("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true).done);
}

TEST_CASE("response: interim answers are skipped") {
    const auto got = read_all("HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 404 Not Found\r\n"
                              "Content-Length: 0\r\n\r\n");
    CHECK(got.response.status == 404);
    CHECK_FALSE(got.response.headers.find("x"));
}

TEST_CASE("response: a connection that closes, or is old, is not used again") {
    CHECK_FALSE(
        read_all("HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n").reusable);
    CHECK_FALSE(read_all("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").reusable);
    CHECK_FALSE(read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore", 100).reusable);
}

TEST_CASE("response: a sink gets what succeeded, and can stop it") {
    std::string seen;
    const Transfer transfer{.source = {}, .sink = [&seen](std::string_view piece) {
                                seen += piece;
                                return seen.size() < 5;
                            }};
    const auto ok = read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabcdefghi", 46, transfer);
    CHECK(ok.done);
    CHECK_FALSE(ok.reusable);
    CHECK(seen.size() >= 5);
    CHECK(ok.response.body.empty());
    seen.clear();
    const auto no = read("HTTP/1.1 500 No\r\nContent-Length: 3\r\n\r\nwhy", 100, transfer);
    CHECK(no.response.body == "why");
    CHECK(seen.empty());
}

TEST_CASE("response: what is no HTTP, or too much, is refused") {
    check_refused("SSH-2.0-OpenSSH\r\n");
    check_refused("HTTP/1.1 2x0 OK\r\n\r\n");
    check_refused("HTTP/1.1 200 OK\r\nno colon\r\n\r\n");
    check_refused("HTTP/1.1 200 OK\r\nName : x\r\n\r\n");
    check_refused("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n");
    check_refused("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");
    check_refused("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n");
    check_refused("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n");
    check_refused("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n");
    check_refused("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x'));
    check_refused("HTTP/1.1 200 OK\r\nX: " + std::string(300, 'x'));
    std::string many = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 20; ++i)
        many += "A: b\r\n";
    check_refused(many + "\r\n");
}

TEST_CASE("response: one that breaks off is an error, not an answer") {
    const ClientLimits limits;
    const Transfer transfer;
    ResponseReader reader{limits, transfer, peer, false};
    reader.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
    CHECK_THROWS_AS(reader.end_of_stream(), base::Error);
}
