#include "base/error.hpp"
#include "docker/log_decoder.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

constexpr std::string_view time_text = "2026-11-21T05:04:35.767715787Z ";
constexpr std::int64_t time_ms = 1795237475767;

std::string frame(char stream, std::string_view text) {
    std::string out{stream, 0, 0, 0};
    for (int shift = 24; shift >= 0; shift -= 8)
        out += static_cast<char>(text.size() >> shift & 0xff);
    return out + std::string{text};
}

std::string message(char stream, const std::string& text) {
    return frame(stream, std::string{time_text} + text);
}

struct Line {
    std::string text;
    bool err;
    std::int64_t time_ms;
    bool operator==(const Line&) const = default;
};

std::vector<Line> decode(std::string_view bytes, std::size_t piece) {
    std::vector<Line> lines;
    docker::LogDecoder decoder{[&](std::string_view text, bool err, std::int64_t time) {
        lines.push_back({std::string{text}, err, time});
        return true;
    }};
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
        CHECK(decoder.feed(bytes.substr(0, piece)));
    decoder.finish();
    return lines;
}

/// The same however the bytes are cut.
std::vector<Line> decode_all(const std::string& bytes) {
    const auto whole = decode(bytes, bytes.size());
    for (const std::size_t piece : {1, 3, 7, 20})
        CHECK(decode(bytes, piece) == whole);
    return whole;
}

} // namespace

TEST_CASE("log: frames of both streams become lines with their times") {
    const auto lines = decode_all(message(1, "one\n") + message(2, "two\n") + message(1, "\n") +
                                  message(1, "a b c"));
    REQUIRE(lines.size() == 4);
    CHECK(lines[0] == Line{"one", false, time_ms});
    CHECK(lines[1] == Line{"two", true, time_ms});
    CHECK(lines[2] == Line{"", false, time_ms});
    CHECK(lines[3] == Line{"a b c", false, time_ms});
}

TEST_CASE("log: a line that comes in several messages is put together") {
    const auto lines = decode_all(message(1, "long ") + message(2, "other\n") + message(1, "line") +
                                  message(1, " ends\nnext\n"));
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].text == "other");
    CHECK(lines[1].text == "long line ends");
    CHECK(lines[2].text == "next");
}

TEST_CASE("log: with a terminal it is plain text") {
    const auto lines =
        decode_all(std::string{time_text} + "one\r\n" + std::string{time_text} + "two\n");
    REQUIRE(lines.size() == 2);
    CHECK(lines[0] == Line{"one", false, time_ms});
    CHECK(lines[1] == Line{"two", false, time_ms});
}

TEST_CASE("log: a frame without text, and one without a time, do no harm") {
    CHECK(decode_all(frame(1, "")).empty());
    CHECK(decode_all(frame(1, "") + message(1, "x\n")).size() == 1);
    CHECK(decode_all(frame(1, std::string(100, 'x') + "\n")).size() == 1);
}

TEST_CASE("log: a word as long as the longest time is text, wherever it is cut") {
    const std::string word(40, '&');
    CHECK(decode_all(word + " more\n") == std::vector<Line>{{word + " more", false, 0}});
}

TEST_CASE("log: a declared size is not believed, a line too long is cut") {
    std::string huge = message(1, "x\n");
    huge[4] = '\x7f'; // 2 GiB
    CHECK(decode(huge, huge.size()).size() == 1);
    const auto lines = decode(message(1, std::string(200'000, 'x') + "\n"), 4096);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].text.size() == 64 * 1024);
}

TEST_CASE("log: what is no stream of frames is refused") {
    docker::LogDecoder decoder{[](auto...) { return true; }};
    CHECK_THROWS_AS(decoder.feed(std::string_view{"\x01\x02\x03\x04\x05\x06\x07\x08", 8}),
                    base::Error);
}

TEST_CASE("log: a sink that has had enough gets no more") {
    int seen = 0;
    docker::LogDecoder decoder{[&](auto...) { return ++seen < 2; }};
    CHECK_FALSE(decoder.feed(message(1, "1\n2\n3\n") + message(2, "4\n")));
    decoder.finish();
    CHECK(seen == 2);
}
