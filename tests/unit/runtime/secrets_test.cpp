#include "runtime/secrets.hpp"

#include <doctest/doctest.h>

using runtime::shown_value;

TEST_CASE("secrets: a name that says so hides its value") {
    for (const char* name : {"DB_PASSWORD", "pgpass", "API_TOKEN", "AWS_SECRET_ACCESS_KEY", "key"})
        CHECK_MESSAGE(shown_value(name, "canary") == "***", name);
    CHECK(shown_value("GREETING", "hello") == "hello");
}

TEST_CASE("secrets: a URL loses its user and password, wherever it is") {
    CHECK(shown_value("REDIS_DSN", "redis://me:canary@host:1/0") == "redis://***@host:1/0");
    CHECK(shown_value("WHERE", "amqp://me:canary@host").find("canary") == std::string::npos);
    CHECK(shown_value("BAND_URL", "http://localhost:10000") == "http://localhost:10000");
}
