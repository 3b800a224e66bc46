#include "redis/error.hpp"

#include <doctest/doctest.h>

#include <string>

using base::ErrorKind;
using redis::Remedy;
using redis::ReplyError;

TEST_CASE("error: the first word of a reply decides on kind and remedy") {
    struct Case {
        const char* reply;
        ErrorKind kind;
        Remedy remedy;
    };
    const Case cases[] = {
        {"LOADING Redis is loading the dataset in memory", ErrorKind::temporary, Remedy::wait},
        {"BUSY Redis is busy running a script.", ErrorKind::temporary, Remedy::wait},
        {"MASTERDOWN Link with MASTER is down", ErrorKind::temporary, Remedy::wait},
        {"OOM command not allowed when used memory > 'maxmemory'.", ErrorKind::temporary,
         Remedy::wait},
        {"MISCONF Redis is configured to save RDB snapshots", ErrorKind::temporary, Remedy::wait},
        {"NOREPLICAS Not enough good replicas to write.", ErrorKind::temporary, Remedy::wait},
        {"READONLY You can't write against a read only replica.", ErrorKind::temporary,
         Remedy::reconnect},
        {"NOAUTH Authentication required.", ErrorKind::no_permission, Remedy::none},
        {"WRONGPASS invalid username-password pair", ErrorKind::no_permission, Remedy::none},
        {"NOPERM this user has no permissions", ErrorKind::no_permission, Remedy::none},
        {"MOVED 3999 127.0.0.1:6381", ErrorKind::unavailable, Remedy::none},
        {"CROSSSLOT Keys in request don't hash to the same slot", ErrorKind::unavailable,
         Remedy::none},
        {"ERR max number of clients reached", ErrorKind::unavailable, Remedy::wait},
        {"ERR AUTH <password> called without any password configured for the default user.",
         ErrorKind::no_permission, Remedy::none},
        {"ERR DB index is out of range", ErrorKind::usage, Remedy::none},
        {"WRONGTYPE Operation against a key", ErrorKind::no, Remedy::none},
        {"ERR unknown command 'x'", ErrorKind::no, Remedy::none},
        {"", ErrorKind::no, Remedy::none},
    };
    for (const Case& one : cases) {
        const std::string reply = one.reply;
        CAPTURE(reply);
        const ReplyError error{"publish", reply};
        CHECK(error.kind() == one.kind);
        CHECK(error.remedy() == one.remedy);
        CHECK(error.code() == reply.substr(0, reply.find(' ')));
        CHECK(std::string(error.what()).starts_with("publish"));
    }
}

TEST_CASE("error: what a server sends is cut and shown without control characters") {
    const ReplyError error{"publish", "ERR \x1b[31m\r\n" + std::string(1'000'000, 'x')};
    const std::string text = error.what();
    CHECK(text.size() < 400);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\n') == std::string::npos);
    CHECK(ReplyError{"x", std::string(1'000'000, 'E')}.code().size() == 40);
}

TEST_CASE("error: lost connections, silence and waiting servers are transient") {
    CHECK(redis::is_transient(base::Error{ErrorKind::unavailable, "connect", "refused"}));
    CHECK(redis::is_transient(base::Error{ErrorKind::timeout, "server", "no answer"}));
    CHECK(redis::is_transient(base::Error{ErrorKind::temporary, "server", "out of memory"}));
    CHECK(redis::is_transient(ReplyError{"x", "LOADING soon"}));
    CHECK(redis::is_transient(ReplyError{"x", "READONLY replica"}));
    CHECK_FALSE(redis::is_transient(ReplyError{"x", "MOVED 1 h:1"}));
    CHECK_FALSE(redis::is_transient(ReplyError{"x", "WRONGPASS no"}));
    CHECK_FALSE(redis::is_transient(base::Error{ErrorKind::protocol, "server", "nonsense"}));
    CHECK_FALSE(redis::is_transient(base::Error{ErrorKind::interrupted, "server", "stopped"}));
}
