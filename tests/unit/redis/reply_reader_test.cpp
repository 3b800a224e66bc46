#include "base/error.hpp"
#include "redis/reply_reader.hpp"

#include <doctest/doctest.h>

#include <string>

using redis::Reply;
using redis::ReplyReader;
using redis::ReplySummary;

namespace {

constexpr std::string_view sample = "*4\r\n$5\r\nhe\r\no\r\n:-42\r\n*3\r\n$-1\r\n*-1\r\n+OK\r\n"
                                    "-ERR no\r\n";

/// The kind of error that a peer's bytes end in, in either way of reading.
template <class Read> base::ErrorKind failure(std::string_view bytes, Read read) {
    ReplyReader reader;
    try {
        reader.feed(bytes);
        read(reader);
    } catch (const base::Error& error) {
        CHECK(std::string_view{error.what()}.size() < 500);
        return error.kind();
    }
    return base::ErrorKind::internal;
}

void check_refused(std::string_view bytes) {
    CHECK(failure(bytes, [](ReplyReader& reader) { reader.next(); }) == base::ErrorKind::protocol);
    CHECK(failure(bytes, [](ReplyReader& reader) {
              ReplySummary summary;
              reader.next_summary(summary);
          }) == base::ErrorKind::protocol);
}

void check_sample(const Reply& reply) {
    REQUIRE(reply.is_array());
    REQUIRE(reply.size() == 4);
    CHECK(reply.at(0).type == Reply::Type::string);
    CHECK(reply.at(0).text == "he\r\no");
    CHECK(reply.at(1).type == Reply::Type::integer);
    CHECK(reply.at(1).integer == -42);
    REQUIRE(reply.at(2).size() == 3);
    CHECK(reply.at(2).at(0).is_nil());
    CHECK(reply.at(2).at(1).is_nil());
    CHECK(reply.at(2).at(2).type == Reply::Type::status);
    CHECK(reply.at(2).at(2).text == "OK");
    CHECK(reply.at(3).is_error());
    CHECK(reply.at(3).text == "ERR no");
}

std::string nested(int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i)
        text += "*1\r\n";
    return text + ":1\r\n";
}

} // namespace

TEST_CASE("reply_reader: a reply is the same wherever its bytes are split") {
    for (std::size_t split = 0; split <= sample.size(); ++split) {
        CAPTURE(split);
        ReplyReader reader;
        reader.feed(sample.substr(0, split));
        auto reply = reader.next();
        if (split < sample.size()) {
            CHECK_FALSE(reply);
            reader.feed(sample.substr(split));
            reply = reader.next();
        }
        REQUIRE(reply);
        check_sample(*reply);
        CHECK_FALSE(reader.next());
    }
}

TEST_CASE("reply_reader: byte by byte, built or counted, over several replies") {
    ReplyReader reader;
    ReplySummary summary;
    int built = 0;
    int counted = 0;
    for (int round = 0; round < 6; ++round)
        for (const char byte : sample) {
            reader.feed({&byte, 1});
            if (round % 2 == 0) {
                if (const auto reply = reader.next()) {
                    check_sample(*reply);
                    ++built;
                }
            } else if (reader.next_summary(summary)) {
                CHECK(summary.type == Reply::Type::array);
                CHECK(summary.elements == 4);
                CHECK(summary.error == "ERR no");
                CHECK(summary.error_at == 3);
                ++counted;
            }
        }
    CHECK(built == 3);
    CHECK(counted == 3);
}

TEST_CASE("reply_reader: many replies in one feed come one at a time") {
    ReplyReader reader;
    std::string bytes;
    for (int i = 0; i < 10'000; ++i)
        bytes += ":" + std::to_string(i) + "\r\n";
    reader.feed(bytes);
    for (int i = 0; i < 10'000; ++i)
        REQUIRE(reader.next()->integer == i);
    CHECK_FALSE(reader.next());
}

TEST_CASE("reply_reader: a summary tells type, size and the first error") {
    struct Case {
        std::string_view bytes;
        Reply::Type type;
        std::size_t elements;
        std::string_view error;
        std::size_t error_at;
    };
    const Case cases[] = {
        {"+OK\r\n", Reply::Type::status, 0, "", 0},
        {":7\r\n", Reply::Type::integer, 0, "", 0},
        {"$-1\r\n", Reply::Type::nil, 0, "", 0},
        {"*-1\r\n", Reply::Type::nil, 0, "", 0},
        {"*0\r\n", Reply::Type::array, 0, "", 0},
        {"-OOM full\r\n", Reply::Type::error, 0, "OOM full", 0},
        {"*3\r\n:1\r\n-A\r\n-B\r\n", Reply::Type::array, 3, "A", 1},
        {"*3\r\n+x\r\n*2\r\n:1\r\n:2\r\n-C\r\n", Reply::Type::array, 3, "C", 2},
        {"*2\r\n*0\r\n$-1\r\n", Reply::Type::array, 2, "", 0},
    };
    ReplyReader reader;
    ReplySummary summary;
    for (const Case& one : cases) {
        CAPTURE(std::string(one.bytes));
        reader.feed(one.bytes);
        REQUIRE(reader.next_summary(summary));
        CHECK(summary.type == one.type);
        CHECK(summary.elements == one.elements);
        CHECK(summary.error == one.error);
        CHECK(summary.error_at == one.error_at);
    }
}

TEST_CASE("reply_reader: a summary's error_at is an index into the outer array") {
    ReplyReader reader;
    ReplySummary summary;
    reader.feed("*3\r\n:1\r\n:2\r\n*2\r\n-DEEP\r\n:1\r\n");
    REQUIRE(reader.next_summary(summary));
    CHECK(summary.error == "DEEP");
    CHECK(summary.error_at == 2);
}

TEST_CASE("reply_reader: an error of a megabyte arrives, its summary is short") {
    const std::string bytes = "-" + std::string(1 << 20, 'x') + "\r\n";
    ReplyReader reader;
    reader.feed(bytes);
    CHECK(reader.next()->text.size() == 1 << 20);
    ReplySummary summary;
    reader.feed(bytes);
    REQUIRE(reader.next_summary(summary));
    CHECK(summary.error.size() == 1024);
}

TEST_CASE("reply_reader: a string of 20 MB arrives in pieces") {
    const std::string body(20'000'000, 'y');
    ReplyReader reader;
    reader.feed("$20000000\r\n");
    for (std::size_t at = 0; at < body.size(); at += 65'536) {
        CHECK_FALSE(reader.next());
        reader.feed(std::string_view{body}.substr(at, 65'536));
    }
    reader.feed("\r\n");
    CHECK(reader.next()->text == body);
}

TEST_CASE("reply_reader: what is no RESP is refused") {
    for (const char* bytes :
         {"HTTP/1.1 400 Bad Request\r\n", "?\r\n", "\r\n", "$abc\r\n", ":12x\r\n", "*1x\r\n",
          "\x16\x03\x01", "$-2\r\n", "*-2\r\n", ":99999999999999999999\r\n"}) {
        CAPTURE(std::string(bytes));
        check_refused(bytes);
    }
}

TEST_CASE("reply_reader: a peer cannot make it hold what it does not send") {
    check_refused("$2147483647\r\n");
    check_refused("$99999999999\r\n");
    check_refused("*1\r\n$67108865\r\n");
    check_refused("*2147483648\r\n");
    ReplyReader reader;
    reader.feed("*2147483647\r\n:1\r\n"); // believed only as elements arrive
    CHECK_FALSE(reader.next());
    check_refused("*400001\r\n" + [] {
        std::string many;
        for (int i = 0; i < 400'001; ++i)
            many += ":1\r\n";
        return many;
    }());
}

TEST_CASE("reply_reader: nesting ends where hiredis ends it, also at depth 100,000") {
    ReplyReader reader;
    reader.feed(nested(6));
    CHECK(reader.next());
    check_refused(nested(20));
    check_refused(nested(100'000));
}
