#include "http/request_parser.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using http::Limits;
using http::Request;
using http::RequestParser;
using Stage = http::RequestParser::Stage;

namespace {

const Limits limits;

constexpr std::string_view sample =
    "\r\nPOST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    "Transfer-Encoding: chunked\r\n\r\n2;e=1\r\n{}\r\n0\r\nT: 1\r\n\r\n"
    "GET /next HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n";

/// All requests in the bytes, fed in pieces of that size.
std::vector<Request> requests_in(std::string_view bytes, std::size_t piece) {
    std::vector<Request> found;
    RequestParser parser{limits};
    while (!bytes.empty()) {
        std::string_view part = bytes.substr(0, piece);
        bytes.remove_prefix(part.size());
        while (!part.empty()) {
            part.remove_prefix(parser.feed(part));
            if (parser.stage() == Stage::complete)
                found.push_back(parser.take());
            REQUIRE(parser.stage() != Stage::refused);
        }
    }
    return found;
}

int status_of(std::string_view bytes, const Limits& bounds = limits) {
    RequestParser parser{bounds};
    parser.feed(bytes);
    return parser.refusal().status;
}

} // namespace

TEST_CASE("request_parser: requests are the same wherever their bytes are split") {
    for (std::size_t piece = 1; piece <= sample.size(); ++piece) {
        CAPTURE(piece);
        const auto found = requests_in(sample, piece);
        REQUIRE(found.size() == 2);
        CHECK(found[0].method == "POST");
        CHECK(found[0].target == "/a?b=c");
        CHECK(found[0].path() == "/a");
        CHECK(found[0].query() == "b=c");
        CHECK(found[0].headers.find("content-type") == "application/json");
        CHECK(found[0].body == "{}");
        CHECK(found[1].target == "/next");
        CHECK(found[1].body.empty());
    }
}

TEST_CASE("request_parser: what a head says about the connection") {
    struct Row {
        const char* head;
        bool keep_alive;
        bool expects_continue;
    };
    for (const Row& row : {
             Row{"GET / HTTP/1.1\r\nHost: x\r\n\r\n", true, false},
             Row{"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, Close\r\n\r\n", false, false},
             Row{"GET / HTTP/1.0\r\n\r\n", false, false},
             Row{"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true, false},
             Row{"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n",
                 true, true},
             Row{"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n", true, false},
         }) {
        CAPTURE(row.head);
        RequestParser parser{limits};
        parser.feed(row.head);
        REQUIRE(parser.refusal().status == 0);
        CHECK(parser.framing().keep_alive == row.keep_alive);
        CHECK(parser.framing().expects_continue == row.expects_continue);
    }
}

TEST_CASE("request_parser: an absolute target becomes its path") {
    const auto target = [](std::string_view text) {
        RequestParser parser{limits};
        parser.feed("GET " + std::string{text} + " HTTP/1.1\r\nHost: h:1\r\n\r\n");
        return parser.stage() == Stage::complete ? parser.take().target : std::string{};
    };
    CHECK(target("http://h:1/a?b") == "/a?b");
    CHECK(target("HTTP://H:1") == "/");
    CHECK(target("http://h:1?q") == "/?q");
    CHECK(target("http://other/") == "");
    CHECK(target("ftp://h:1/") == "");
    CHECK(target("*") == "");
}

TEST_CASE("request_parser: limits hold to the byte") {
    const Limits tight{.header_bytes = 100, .header_lines = 2, .target_bytes = 10, .body_bytes = 4};
    const std::string start = "GET / HTTP/1.1\r\nHost: x\r\n";
    CHECK(status_of("GET /123456789 HTTP/1.1\r\nHost: x\r\n\r\n", tight) == 0);
    CHECK(status_of("GET /1234567890 HTTP/1.1\r\nHost: x\r\n\r\n", tight) == 414);
    CHECK(status_of("GET /" + std::string(90, 'a'), tight) == 414);
    CHECK(status_of(start + "A: b\r\n\r\n", tight) == 0);
    CHECK(status_of(start + "A: b\r\nC: d\r\n\r\n", tight) == 431);
    const std::string padding(100 - start.size() - 3 - 4, 'a');
    CHECK(status_of(start + "A: " + padding + "\r\n\r\n", tight) == 0);
    CHECK(status_of(start + "A: " + padding + "a\r\n\r\n", tight) == 431);
    const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
    CHECK(status_of(post + "Content-Length: 4\r\n\r\n", tight) == 0);
    CHECK(status_of(post + "Content-Length: 5\r\n\r\n", tight) == 413);
    const Limits small_body{.body_bytes = 4};
    const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
    CHECK(status_of(chunked + "2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n", small_body) == 0);
    CHECK(status_of(chunked + "2\r\nab\r\n3\r\n", small_body) == 413);
    CHECK(status_of(chunked + "0\r\n" + std::string(40'000, 't')) == 431);
}

TEST_CASE("request_parser: memory follows what has come, not what was declared") {
    RequestParser parser{limits};
    parser.feed("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\nabc");
    CHECK(parser.stage() == Stage::body);
    CHECK(parser.request().body.capacity() < 1000);
    CHECK(parser.held_bytes() == 3);
}
