#include "redis/command.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace std::string_view_literals;

TEST_CASE("command: arguments become an array of bulk strings") {
    std::string out;
    redis::append_command(out, {"SET", "key", ""});
    CHECK(out == "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$0\r\n\r\n");
}

TEST_CASE("command: commands are appended one behind the other") {
    std::string out;
    redis::append_command(out, {"PING"});
    redis::append_header(out, 2);
    redis::append_argument(out, "ECHO");
    redis::append_argument(out, "x");
    CHECK(out == "*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$1\r\nx\r\n");
}

TEST_CASE("command: any byte may be in an argument") {
    std::string out;
    redis::append_command(out, {"a\0b\r\n$1\r\n"sv});
    CHECK(out == "*1\r\n$9\r\na\0b\r\n$1\r\n\r\n"sv);
    out.clear();
    redis::append_argument(out, std::string(1'234'567, 'x'));
    CHECK(out.starts_with("$1234567\r\nxxx"));
    CHECK(out.size() == 1'234'567 + 12);
}
