#include "redis/reply.hpp"

#include <doctest/doctest.h>

using redis::Reply;

namespace {

Reply text(const char* value) {
    Reply reply;
    reply.type = Reply::Type::string;
    reply.text = value;
    return reply;
}

} // namespace

TEST_CASE("reply: what is missing reads as nil") {
    Reply array;
    array.type = Reply::Type::array;
    array.elements = {text("a")};
    CHECK(array.at(0).text == "a");
    CHECK(array.at(1).is_nil());
    CHECK(array.at(1).at(2).at(3).is_nil());
    CHECK(array.at(1).as_integer() == 0);
}

TEST_CASE("reply: a flat array of keys and values is looked up by key") {
    Reply array;
    array.type = Reply::Type::array;
    array.elements = {text("lag"), text("7"), text("name"), text("lag"), text("odd")};
    CHECK(array.value_of("lag").as_integer() == 7);
    CHECK(array.value_of("name").text == "lag");
    CHECK(array.value_of("odd").is_nil());
    CHECK(array.value_of("7").is_nil());
}

TEST_CASE("reply: integers are read from text, too") {
    CHECK(text("-12").as_integer() == -12);
    CHECK(text("many").as_integer() == 0);
    Reply integer;
    integer.type = Reply::Type::integer;
    integer.integer = 1LL << 62;
    CHECK(integer.as_integer() == 1LL << 62);
}
