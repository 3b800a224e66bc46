#include "base/percent.hpp"
#include "http/query.hpp"

#include <doctest/doctest.h>

#include <string>

using http::Query;

TEST_CASE("query: parameters are decoded, in order, with or without a value") {
    const auto query = Query::parse("a=1&b=x+y%2Bz&&c&=d&a=2&e==f%26");
    REQUIRE(query);
    CHECK(query->all().size() == 6);
    CHECK(query->find("a") == "1");
    CHECK(query->find("b") == "x y+z");
    CHECK(query->find("c") == "");
    CHECK(query->find("e") == "=f&");
    CHECK_FALSE(query->find("d"));
    CHECK(Query::parse("")->all().empty());
}

TEST_CASE("query: broken encoding and too many parameters are refused") {
    for (const char* text : {"a=%", "a=%4", "a=%zz", "%00=b"})
        CHECK_FALSE(Query::parse(text));
    std::string many;
    for (int i = 0; i < 1001; ++i)
        many += "a&";
    CHECK_FALSE(Query::parse(many));
}

TEST_CASE("percent: what is encoded decodes to the same") {
    std::string all;
    for (int i = 1; i < 256; ++i)
        all += static_cast<char>(i);
    CHECK(base::percent_decoded(base::percent_encoded(all)) == all);
    CHECK(base::percent_encoded("a/b c~") == "a%2Fb%20c~");
}
