#include "base/error.hpp"
#include "base/url.hpp"

#include <doctest/doctest.h>

using base::Url;

TEST_CASE("url: all parts are found, with the percent-encoding taken off") {
    const Url url = Url::parse("REDIS://us%65r:p%40ss%2Fw%3A@example.org:6380/2?a=1&b=x%26y&c");
    CHECK(url.scheme == "redis");
    CHECK(url.user == "user");
    CHECK(url.password == "p@ss/w:");
    CHECK(url.host == "example.org");
    CHECK(url.port == 6380);
    CHECK(url.path == "/2");
    CHECK(url.query.at("a") == "1");
    CHECK(url.query.at("b") == "x&y");
    CHECK(url.query.at("c").empty());
}

TEST_CASE("url: parts that are not there are empty") {
    const Url url = Url::parse("redis://localhost");
    CHECK(url.user.empty());
    CHECK(url.password.empty());
    CHECK(url.port == 0);
    CHECK(url.path.empty());
    CHECK(Url::parse("redis://:secret@h").password == "secret");
    CHECK(Url::parse("redis://:secret@h").user.empty());
    CHECK(Url::parse("unix:///run/redis.sock").path == "/run/redis.sock");
    CHECK(Url::parse("unix:///run/redis.sock").host.empty());
    CHECK(Url::parse("redis://h:").port == 0);
}

TEST_CASE("url: an IPv6 host stands in brackets") {
    const Url url = Url::parse("redis://[::1]:6379/0");
    CHECK(url.host == "::1");
    CHECK(url.port == 6379);
    CHECK(url.redacted() == "redis://[::1]:6379/0");
    CHECK(Url::parse("redis://[fe80::1]").port == 0);
    CHECK_THROWS_AS(Url::parse("redis://[::1"), base::Error);
    CHECK_THROWS_AS(Url::parse("redis://[::1]x"), base::Error);
}

TEST_CASE("url: what is no URL is refused") {
    for (const char* text :
         {"", "localhost", "://h", "redis:/h", "redis://h:0", "redis://h:65536", "redis://h:-1",
          "redis://h:12x", "redis://h:+1", "redis://%zz", "redis://h/%4", "redis://h/%00"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(Url::parse(text), base::Error);
    }
}

TEST_CASE("url: a password reaches no message, in good URLs and bad ones") {
    for (const char* text :
         {"redis://u:canary@h:99999", "redis://:canary@h:x", "redis://canary@h/%zz",
          "redis://u:can@canary@h:x", "redis://u:canary/x@h:6379", "redis://u:canary:x@h:port",
          "redis://h?password=canary&db=%zz", "unix:///s?db=1&password=canary%zz",
          "redis://u:canary?x@h:1/%zz", "redis://u:canary#x@h:y", "redis:/u:canary@h",
          "u:canary@h:6379", "redis://h:x?a=1&password=canary", "redis://h:x?PASSWORD=canary",
          "redis://h:x?%70assword=canary", "redis://h:x?password=x&password=canary"}) {
        CAPTURE(text);
        try {
            const Url url = Url::parse(text);
            CHECK(url.redacted().find("canary") == std::string::npos);
        } catch (const base::Error& error) {
            CHECK(std::string(error.what()).find("canary") == std::string::npos);
        }
        CHECK(base::redact_url(text).find("canary") == std::string::npos);
    }
}

TEST_CASE("url: redaction keeps what is no secret") {
    CHECK(Url::parse("redis://u:p@h:1/2?db=3").redacted() == "redis://***@h:1/2?db=3");
    CHECK(Url::parse("unix:///s?password=p&user=u").redacted() == "unix:///s?password=***&user=u");
    CHECK(base::redact_url("redis://h:6379/0") == "redis://h:6379/0");
    CHECK(base::redact_url("not a url") == "not a url");
}
