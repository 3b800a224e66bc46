#include "base/error.hpp"
#include "rpc/address.hpp"

#include <doctest/doctest.h>

using rpc::Address;

TEST_CASE("address: three parts there and back") {
    const auto address = Address::parse("tsvc:echo:band");
    REQUIRE(address);
    CHECK(address->to == "tsvc");
    CHECK(address->method == "echo");
    CHECK(address->from == "band");
    CHECK(address->text() == "tsvc:echo:band");
}

TEST_CASE("address: anything but three parts is none") {
    for (const std::string_view text : {"", "echo", "a:b", "a:b:c:d", ":b:c", "a::c", "a:b:", "::"})
        CHECK_FALSE(Address::parse(text));
}

TEST_CASE("address: names that cannot stand in one") {
    CHECK_NOTHROW(rpc::check_name("service", "a.b-c_d"));
    CHECK_NOTHROW(rpc::check_name("service", std::string(255, 'a')));
    CHECK_THROWS_WITH_AS(rpc::check_name("service", "a:b"),
                         "service \"a:b\": must not hold a colon", base::Error);
    CHECK_THROWS_AS(rpc::check_name("method", ""), base::Error);
    CHECK_THROWS_AS(rpc::check_name("method", std::string(256, 'a')), base::Error);
}
