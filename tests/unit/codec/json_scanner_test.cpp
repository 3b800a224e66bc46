#include "codec/json_scanner.hpp"
#include "codec/parse_error.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace std::string_view_literals;

namespace {

constexpr std::string_view accepted[] = {
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-1",
    "42",
    "\"\"",
    "\"a\"",
    "[]",
    "{}",
    " null ",
    "\t\r\n [ ] \n",
    "[ ]",
    "{ }",
    "[null]",
    "[1,2,3]",
    "[1 , 2\n,\t3]",
    "[[],[[]],[[],[]]]",
    "[[1],{},\"\",null]",
    "{\"a\":1}",
    "{\"a\":{\"b\":{\"c\":[]}}}",
    "{\"\":0}",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"b\":2,\"c\":[{}]}",
    "{ \"a\" : 1 , \"b\" : 2 }",
    "[{}]",
    "[{},{}]",
    "{\"a\":[]}",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "18446744073709551615",
    "10000000000000000000",
    "0.0",
    "-0.0",
    "0.1",
    "123.456",
    "1e2",
    "1E2",
    "1e+2",
    "1e-2",
    "1E+02",
    "0e0",
    "0e+1",
    "0E99999999999999999999",
    "1.5e10",
    "-1.5E-10",
    "5e-324",
    "1e-400",
    "-1e-99999999999999999999",
    "1.7976931348623157e308",
    "123456789012345678901234567890.0",
    "0.00000000000000000000000000000000000001e300",
    "100000000000000000000000000000000000000000000000000.5e-300",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
    "\"\\u0000\"",
    "\"\\u0041\\u00e9\\u20AC\"",
    "\"\\ud83d\\ude00\"",
    "\"\\uD800\\uDC00\"",
    "\"\\uDBFF\\uDFFF\"",
    "\"\\ud7ff\\ue000\"",
    "\"\\uffff\"",
    "\"\\\\u0041\"",
    "\"\\\\ud800\"",
    "\"\x7f\"",
    "\"/\"",
    "\"'\"",
    "\"\u00e9\u20ac\U0001F600\"",
    "\"\u0080\u07ff\u0800\uffff\U00010000\U0010ffff\"",
    "\"\xed\x9f\xbf\xee\x80\x80\"",
    "\"\u2028\u2029\ufeff\"",
    "[\"\ufeff\"]",
    "\"a string of more than sixteen bytes, so that the fast path has work to do\"",
    "\"exactly 16 bytes\"",
    "\"fifteen bytes..\\n\"",
    "{\"\\u0061\":1}",
    "[true,false,null]",
    "[1.0,1e1,-1]",
    "[\"[\",\"]\",\"{\",\"}\",\",\",\":\"]",
};

constexpr std::string_view refused[] = {
    // nothing, or not enough
    "",
    " ",
    "\n",
    "[",
    "{",
    "[[]",
    "[1",
    "[1,",
    "[1, ",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":1",
    "{\"a\":1,",
    "{\"a",
    "\"",
    "\"abc",
    "\"\\",
    "\"\\\"",
    "\"\\u",
    "\"\\u12",
    "[\"",
    "[\"a",
    "[{",
    "[{\"a\":[",
    "t",
    "tru",
    "fals",
    "nul",
    "-",
    "1.",
    "1e",
    "1e+",
    "1E-",
    "-0.",
    // too much
    "null null",
    "1 2",
    "1,",
    "[]]",
    "{}}",
    "[],",
    "[]x",
    "{}[]",
    "\"a\"\"b\"",
    "truex",
    "nulll",
    "[1]//",
    "1\0"sv,
    "\0"sv,
    "[\0]"sv,
    "\"a\0b\""sv,
    // structure
    "]",
    "}",
    ",",
    ":",
    "[,]",
    "[,1]",
    "[1,]",
    "[1,,2]",
    "[1 2]",
    "[1:2]",
    "[\"a\" \"b\"]",
    "[\"a\":1]",
    "[}",
    "{]",
    "[1}",
    "{\"a\":1]",
    "{,}",
    "{\"a\":1,}",
    "{,\"a\":1}",
    "{\"a\":1,,\"b\":2}",
    "{\"a\":1 \"b\":2}",
    "{\"a\" 1}",
    "{\"a\",1}",
    "{\"a\"::1}",
    "{\"a\":}",
    "{:1}",
    "{\"a\":1:2}",
    "{\"a\":1,\"b\"}",
    "{1:1}",
    "{null:1}",
    "{a:1}",
    "{'a':1}",
    "{[]:1}",
    "{\"a\":a}",
    "[[[1]]",
    "(1)",
    "<null>",
    // words
    "True",
    "TRUE",
    "None",
    "nil",
    "NaN",
    "[NaN]",
    "Infinity",
    "-Infinity",
    "inf",
    "-NaN",
    "undefined",
    "truefalse",
    "[tru]",
    "[nul1]",
    // numbers
    "+1",
    "01",
    "-01",
    "00",
    "-00",
    "00.1",
    ".5",
    "-.5",
    "[.5]",
    "1.e1",
    "1..2",
    "1.2.3",
    "1e1.5",
    "1e1e1",
    "1ee1",
    "1e++1",
    "1+1",
    "1-1",
    "--1",
    "- 1",
    "-a",
    "1a",
    "0x10",
    "0b1",
    "1_000",
    "1 000",
    "1,000",
    "1.0f",
    "1L",
    "\xef\xbc\x91", // a full-width digit
    "\xd9\xa1",     // an Arabic digit
    "18446744073709551616",
    "19999999999999999999",
    "99999999999999999999",
    "123456789012345678901",
    "-9223372036854775809",
    "-18446744073709551615",
    "[1,100000000000000000000000000000000]",
    "1e400",
    "-1e400",
    "1e309",
    "1.7976931348623159e308",
    "0.001e312",
    "1e99999999999999999999",
    // strings
    "'a'",
    "`a`",
    "\"\\a\"",
    "\"\\'\"",
    "\"\\0\"",
    "\"\\x41\"",
    "\"\\U0041\"",
    "\"\\ \"",
    "\"\\u004\"",
    "\"\\u00g0\"",
    "\"\\u+041\"",
    "\"\\u 041\"",
    "\"\\\xc3\xa9\"",
    "\\\"a\\\"",
    "\"a\nb\"",
    "\"a\tb\"",
    "\"a\rb\"",
    "\"\x1f\"",
    "\"\x01\"",
    "\"\x1b[0m\"",
    "\"a string of more than sixteen bytes\n\"",
    // half surrogate pairs
    "\"\\ud800\"",
    "\"\\udc00\"",
    "\"\\udfff\"",
    "\"\\ud800x\"",
    "\"\\ud800\\n\"",
    "\"\\ud800\\u\"",
    "\"\\ud800\\u0041\"",
    "\"\\ud800\\ud800\"",
    "\"\\udc00\\ud800\"",
    "\"\\ud800\\ud800\\udc00\"",
    "{\"\\udead\":1}",
    // UTF-8
    "\"\x80\"",
    "\"\xbf\"",
    "\"\xff\"",
    "\"\xfe\"",
    "\"\xc0\x80\"",
    "\"\xc1\xbf\"",
    "\"\xc3\"",
    "\"\xc3(\"",
    "\"\xe2\x82\"",
    "\"\xe2(\xa1\"",
    "\"\xe0\x80\x80\"",
    "\"\xe0\x9f\xbf\"",
    "\"\xed\xa0\x80\"",
    "\"\xed\xbf\xbf\"",
    "\"\xf0\x8f\xbf\xbf\"",
    "\"\xf0\x9f\x98\"",
    "\"\xf4\x90\x80\x80\"",
    "\"\xf5\x80\x80\x80\"",
    "\"\xf8\x88\x80\x80\x80\"",
    "\xc3\xa9",
    "[\xc3\xa9]",
    "{\"\xff\":1}",
    "\"sixteen bytes and then \xff\"",
    "\"\xc3",
    // encodings and blanks that JSON does not have
    "\xef\xbb\xbf{}",
    "\xef\xbb\xbf",
    "\xff\xfe[\0]\0"sv,
    "\0[\0]"sv,
    "[1\f]",
    "[1\v]",
    "[\xc2\xa0]",
    "\xe2\x80\x8b[]",
    "[1]\f",
    "/* a */ 1",
    "[1, // a\n 2]",
    "# a\n1",
    "\\u005b]",
    "[\\n1]",
};

void check_error(std::string_view json, std::string_view expected) {
    CAPTURE(json);
    try {
        codec::validate_json(json);
        FAIL("accepted");
    } catch (const codec::ParseError& error) {
        CHECK(std::string_view(error.what()) == expected);
    }
}

std::string nested(std::size_t depth, std::string_view open, std::string_view close) {
    std::string json;
    for (std::size_t i = 0; i < depth; ++i)
        json += open;
    json += "1";
    for (std::size_t i = 0; i < depth; ++i)
        json += close;
    return json;
}

} // namespace

TEST_CASE("json: what the grammar allows is accepted") {
    static_assert(std::size(accepted) >= 60);
    for (const auto json : accepted) {
        CAPTURE(json);
        CHECK_NOTHROW(codec::validate_json(json));
    }
}

TEST_CASE("json: what the grammar does not allow is refused") {
    static_assert(std::size(refused) >= 120);
    for (const auto json : refused) {
        CAPTURE(json);
        CHECK_THROWS_AS(codec::validate_json(json), codec::ParseError);
    }
}

TEST_CASE("json: blanks around the text change nothing") {
    for (const auto json : accepted)
        CHECK_NOTHROW(codec::validate_json(" \n" + std::string(json) + "\t\r\n"));
    for (const auto json : refused) {
        CAPTURE(json);
        CHECK_THROWS_AS(codec::validate_json(" " + std::string(json) + "\n"), codec::ParseError);
    }
}

TEST_CASE("json: an error names the byte, what was expected and what is there") {
    check_error("", "1:1: expected a value but found the end of the input");
    check_error("{\"a\": 1 \x1b", "1:9: expected ',' or '}' but found 0x1b");
    check_error("[1 2]", "1:4: expected ',' or ']' but found '2'");
    check_error("[1]]", "1:4: expected the end of the input but found ']'");
    check_error("{\"a\" 1}", "1:6: expected ':' after the key but found '1'");
    check_error("{a}", "1:2: expected a key in quotes but found 'a'");
    check_error("{\"a\":1,}", "1:8: expected a key in quotes but found '}'");
    check_error("[truE]", "1:5: expected true but found 'E'");
    check_error("-x", "1:2: expected a digit but found 'x'");
    check_error("[01]", "1:3: a number must not start with 0");
    check_error("\"abc", "1:5: the string is not closed");
    check_error("\"a\nb\"", "1:3: 0x0a in a string must be escaped");
    check_error("\"\\q\"", "1:3: expected an escape character after '\\' but found 'q'");
    check_error("\"\\u12x4\"", "1:6: expected a hexadecimal digit but found 'x'");
    check_error("\"a\\ud800\"", "1:3: half of a surrogate pair");
    check_error("\"ab\xff\"", "1:4: invalid UTF-8 at 0xff");
    check_error("\xef\xbb\xbf[]", "1:1: a byte order mark is not allowed");
    check_error("[18446744073709551616]",
                "1:2: the integer does not fit into 64 bits and would be rounded");
    check_error("[1, 1e400]", "1:5: the number is too large for a 64-bit float");
}

TEST_CASE("json: lines and columns count from 1, and the caller's name and line come in front") {
    constexpr auto json = "{\n  \"a\": 1,\n  \"b\" 2\n}"sv;
    try {
        codec::validate_json(json);
        FAIL("accepted");
    } catch (const codec::ParseError& error) {
        CHECK(error.kind() == base::ErrorKind::data);
        CHECK(error.line() == 3);
        CHECK(error.column() == 7);
        CHECK(json[error.offset()] == '2');
        CHECK(error.in("orders.json").subject() == "orders.json:3:7");
        CHECK(error.in("events", 10).subject() == "events:12:7");
        CHECK(error.in("events", 10).kind() == base::ErrorKind::data);
        CHECK(std::string(error.in("events", 10).what()) ==
              "events:12:7: expected ':' after the key but found '2'");
    }
}

TEST_CASE("json: 512 levels are accepted, 513 and 100,000 are refused") {
    for (const auto& [open, close] : {std::pair{"[", "]"}, std::pair{"{\"a\":", "}"}}) {
        CHECK_NOTHROW(codec::validate_json(nested(512, open, close)));
        for (const std::size_t depth : {513u, 100'000u}) {
            try {
                codec::validate_json(nested(depth, open, close));
                FAIL("accepted");
            } catch (const codec::ParseError& error) {
                CHECK(error.too_deep());
                CHECK(error.offset() == 512 * std::string_view(open).size());
                CHECK(error.why() == "nested deeper than 512 levels");
            }
        }
    }
    CHECK_NOTHROW(codec::validate_json(nested(2, "[", "]"), {.max_depth = 2}));
    CHECK_THROWS_AS(codec::validate_json(nested(3, "[", "]"), {.max_depth = 2}), codec::ParseError);
    CHECK_NOTHROW(codec::validate_json("1", {.max_depth = 0}));
    CHECK_NOTHROW(codec::validate_json(nested(codec::json_depth_ceiling, "[", "]"),
                                       {.max_depth = codec::json_depth_ceiling}));
}

TEST_CASE("json: the kinds of containers are kept apart at every depth") {
    for (std::size_t depth = 1; depth < 200; ++depth) {
        const auto mixed = nested(depth, "[{\"a\":", "}]");
        CHECK_NOTHROW(codec::validate_json(mixed));
        auto swapped = mixed;
        const auto end = swapped.find('}', depth * 6);
        std::swap(swapped[end], swapped[end + 1]);
        CHECK_THROWS_AS(codec::validate_json(swapped), codec::ParseError);
    }
}

TEST_CASE("json: an input that is cut short is told from one that is wrong") {
    const auto reason_is_truncated = [](std::string_view json) {
        try {
            codec::validate_json(json);
        } catch (const codec::ParseError& error) {
            return error.truncated();
        }
        return false;
    };
    for (const char* json : {"", "[", "[1", "{\"a\":", "\"abc", "\"abc\\", "tr", "-", "1."})
        CHECK(reason_is_truncated(json));
    for (const char* json : {"]", "[1 2", "[1,]", "\"\n", "[}", "1e400"})
        CHECK_FALSE(reason_is_truncated(json));
}

TEST_CASE("json: big integers pass only where they are asked for") {
    constexpr codec::JsonLimits big = {.allow_big_integers = true};
    CHECK_NOTHROW(codec::validate_json("[-18446744073709551617, 18446744073709551616]", big));
    CHECK_THROWS_AS(codec::validate_json("1e400", big), codec::ParseError);
    CHECK_THROWS_AS(codec::validate_json("0123456789012345678901", big), codec::ParseError);
}

TEST_CASE("json: numbers with very many digits are judged by their value") {
    const std::string zeros(400, '0');
    CHECK_NOTHROW(codec::validate_json("0." + zeros + "1"));
    CHECK_NOTHROW(codec::validate_json("0." + zeros + "1e400"));
    CHECK_NOTHROW(codec::validate_json("1" + zeros + ".0e-400"));
    CHECK_THROWS_AS(codec::validate_json("1" + zeros + ".0"), codec::ParseError);
    CHECK_THROWS_AS(codec::validate_json("1" + zeros), codec::ParseError);
}

TEST_CASE("json: the first key that is there twice is found") {
    const auto found = [](std::string_view json) { return codec::find_duplicate_key(json); };
    CHECK_FALSE(found("{\"a\":1,\"b\":{\"a\":2},\"c\":[{\"a\":1},{\"a\":1}]}"));
    CHECK_FALSE(found("[]"));
    const auto twin = found("{\"a\":{\"x\":1,\"y\":2,\"x\":3},\"a\":0}");
    REQUIRE(twin);
    CHECK(twin->key == "x");
    CHECK(twin->offset == 19);
    CHECK(found("{\"\\u0061\":1,\"a\":2}")->key == "a");
    CHECK(found("{\"k\":1,\"a\":{},\"k\":2}")->key == "k");
    CHECK_THROWS_AS(found("{\"a\":1,\"a\":2"), codec::ParseError);
}
