#include "base/error.hpp"
#include "redis/config.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

redis::Config config(std::string_view url) {
    return redis::config_from_url(base::Url::parse(url));
}

std::string refusal(std::string_view url) {
    try {
        config(url);
    } catch (const base::Error& error) {
        CHECK(error.kind() == base::ErrorKind::usage);
        return error.what();
    }
    return {};
}

} // namespace

TEST_CASE("config: a redis URL gives host, port, login and database") {
    const auto full = config("redis://user:pass@example.org:6380/3");
    CHECK(full.address.host == "example.org");
    CHECK(full.address.port == 6380);
    CHECK(full.address.unix_path.empty());
    CHECK(full.user == "user");
    CHECK(full.password == "pass");
    CHECK(full.db == 3);
}

TEST_CASE("config: what a redis URL leaves out has the usual defaults") {
    for (const char* url : {"redis://", "redis:///", "redis://127.0.0.1", "redis://127.0.0.1/"}) {
        CAPTURE(url);
        CHECK(config(url).address.host == "127.0.0.1");
        CHECK(config(url).address.port == 6379);
        CHECK(config(url).db == 0);
    }
    CHECK(config("redis://:secret@h").password == "secret");
    CHECK(config("redis://:secret@h").user.empty());
    CHECK(config("redis://h?db=2").db == 2);
}

TEST_CASE("config: a unix URL gives a socket") {
    for (const char* scheme : {"unix", "redis+unix"}) {
        const auto socket =
            config(std::string(scheme) + ":///run/r.sock?db=4&user=u&password=p%26q");
        CHECK(socket.address.unix_path == "/run/r.sock");
        CHECK(socket.db == 4);
        CHECK(socket.user == "u");
        CHECK(socket.password == "p&q");
    }
}

TEST_CASE("config: TLS, unknown schemes and parameters are refused with a reason") {
    CHECK(refusal("rediss://h").find("TLS is not supported yet") != std::string::npos);
    CHECK(refusal("http://h").find("unknown scheme \"http\"") != std::string::npos);
    CHECK(refusal("redis://h?databse=1").find("databse") != std::string::npos);
    CHECK(refusal("unix://run/r.sock").find("no path of a socket") != std::string::npos);
    CHECK_FALSE(refusal("unix://").empty());
    CHECK_FALSE(refusal("unix:///").empty());
    for (const char* db : {"x", "-1", "1x", "99999999999", "1/2", "%20"}) {
        CAPTURE(db);
        CHECK_FALSE(refusal(std::string("redis://h/") + db).empty());
    }
    CHECK_FALSE(refusal("redis://h?db=").empty());
}

TEST_CASE("config: a refusal never shows the password") {
    for (const char* url : {"rediss://u:canary@h", "redis://u:canary@h/x", "x://canary:canary@h",
                            "unix:///s?password=canary&x=1", "redis://h?Password=canary"}) {
        CAPTURE(url);
        const std::string text = refusal(url);
        CHECK_FALSE(text.empty());
        CHECK(text.find("canary") == std::string::npos);
    }
}
