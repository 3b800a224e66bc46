#include "base/error.hpp"
#include "runtime/service_name.hpp"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("service name: letters, digits, _ . - within 63 characters") {
    for (const char* name : {"a", "0", "hello", "my-service_2.test", "9lives"})
        CHECK_MESSAGE(runtime::is_service_name(name), name);
    CHECK(runtime::is_service_name(std::string(63, 'x')));
}

TEST_CASE("service name: what could be a path, an option, a pattern or a command is refused") {
    for (const char* name : {"", "..", ".", ".hidden", "-rf", "_x", "a/b", "../x", "a b", "Hello",
                             "%2e%2e", ";rm", "a\n", "*", "häuser", "a:b", "a="})
        CHECK_MESSAGE(!runtime::is_service_name(name), name);
    CHECK(!runtime::is_service_name(std::string(64, 'x')));
    CHECK(!runtime::is_service_name(std::string("a\0b", 3)));
}

TEST_CASE("service name: the error quotes it harmlessly") {
    CHECK_THROWS_WITH_AS(runtime::require_service_name("\x1b[2J"), doctest::Contains("\\x1b[2J"),
                         base::Error);
}
