#include "codec/json_elements.hpp"
#include "codec/json_style.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using codec::JsonStyle;

namespace {

std::string styled(std::string_view json, const JsonStyle& style = {}) {
    std::string out;
    codec::append_styled(out, json, style);
    return out;
}

std::vector<std::string> elements(std::string_view json) {
    std::vector<std::string> all;
    for (codec::JsonElements each{json}; each.next();)
        all.emplace_back(each.value());
    return all;
}

} // namespace

TEST_CASE("json style: blanks between tokens are as the style says, those in strings stay") {
    const std::string json = "{ \"a b\" :[1,\n 2 , {}],\"c\":\"x: y, z\"}";
    CHECK(styled(json) == R"({"a b":[1,2,{}],"c":"x: y, z"})");
    CHECK(styled(json, {.blanks = true}) == R"({"a b": [1, 2, {}], "c": "x: y, z"})");
}

TEST_CASE("json style: characters are spelled as the style says, however they came") {
    for (const std::string_view json : {R"("é/\ud83d\ude00")", R"("\u00e9\/😀")"}) {
        CHECK(styled(json) == R"("é/😀")");
        CHECK(styled(json, {.escape_slash = true}) == R"("é\/😀")");
        CHECK(styled(json, {.ascii = true}) == R"("\u00e9/\ud83d\ude00")");
    }
    CHECK(styled(R"("\"\\\b\f\n\r\t\u0041\u001b")") == R"("\"\\\b\f\n\r\tA\u001b")");
    CHECK(styled("\"\x7f\xe2\x80\xae\"") == R"("\u007f\u202e")");
}

TEST_CASE("json style: long runs of what is escaped take linear time") {
    const std::string slashes = "\"" + std::string(4'000'000, '/') + "\"";
    CHECK(styled(slashes, {.escape_slash = true}).size() == 8'000'002);
    const std::string deletes = "\"" + std::string(4'000'000, '\x7f') + "\"";
    CHECK(styled(deletes).size() == 24'000'002);
}

TEST_CASE("json style: text that is not valid is not read beyond its end") {
    for (const std::string json :
         {"\"abc", "\"\\", "\"\\u00", "\"\\ud83d\\u", "{\"a\"", "\"\xff\""})
        CHECK_FALSE(styled(json, {true, true, true}).empty());
}

TEST_CASE("json elements: all of an array, and none of anything else") {
    CHECK(elements(R"([1, "a,b", [2, 3], {"x": ","}])") ==
          std::vector<std::string>{"1", "\"a,b\"", "[2, 3]", R"({"x": ","})"});
    CHECK(elements("[ ]").empty());
    CHECK(elements("{}").empty());
    CHECK(elements("5").empty());
    CHECK(elements("").empty());
    CHECK(elements("[1,").size() == 1);
}
