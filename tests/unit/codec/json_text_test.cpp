#include "codec/json_path.hpp"
#include "codec/json_pretty.hpp"
#include "codec/json_scanner.hpp"
#include "codec/json_writer.hpp"
#include "codec/parse_error.hpp"
#include "codec/utf8.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>

using namespace std::string_view_literals;

TEST_CASE("utf8: the first invalid byte is found") {
    CHECK(codec::is_utf8("plain, \u00e9, \u20ac, \U0001F600"));
    CHECK(codec::find_invalid_utf8("12345678abc\xff") == 11);
    CHECK(codec::find_invalid_utf8("\xc3\xa9\xe2\x82") == 2);
    CHECK(codec::is_utf8(""));
}

TEST_CASE("json writer: commas are where they belong") {
    std::string out = "x ";
    codec::JsonWriter json(out);
    json.begin_object();
    json.key("list");
    json.begin_array();
    json.value(1);
    json.begin_array();
    json.end_array();
    json.begin_object();
    json.end_object();
    json.value("two");
    json.raw("[3, 4]");
    json.null();
    json.end_array();
    json.member("b", true);
    json.member("empty", "");
    json.key("o");
    json.begin_object();
    json.member("k", 2.5);
    json.end_object();
    json.end_object();
    CHECK(out == R"(x {"list":[1,[],{},"two",[3, 4],null],"b":true,"empty":"","o":{"k":2.5}})");
}

TEST_CASE("json writer: numbers keep their value and their kind") {
    const auto text = [](auto number) {
        std::string out;
        codec::JsonWriter(out).value(number);
        return out;
    };
    CHECK(text(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
    CHECK(text(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
    CHECK(text(1.0) == "1.0");
    CHECK(text(-0.0) == "-0.0");
    CHECK(text(0.1) == "0.1");
    CHECK(text(1795218620.53827) == "1795218620.53827");
    CHECK(text(1e15) == "1000000000000000.0");
    CHECK(text(1e16) == "1e+16");
    CHECK(text(0.0001) == "0.0001");
    CHECK(text(5e-324) == "5e-324");
    CHECK(text(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
    CHECK(text(std::numeric_limits<double>::quiet_NaN()) == "null");
    CHECK(text(-std::numeric_limits<double>::infinity()) == "null");
    CHECK(text(false) == "false");
}

TEST_CASE("json writer: strings are valid and harmless") {
    const auto text = [](std::string_view content) {
        std::string out;
        codec::JsonWriter(out).value(content);
        CHECK_NOTHROW(codec::validate_json(out));
        return out;
    };
    CHECK(text("a\"b\\c/") == R"("a\"b\\c/")");
    CHECK(text("\n\t\r\b\f\x01\x1b\0"sv) == R"("\n\t\r\b\f\u0001\u001b\u0000")");
    CHECK(text("\x7f") == R"("\u007f")");
    CHECK(text("long enough for the fast path \x7f \u00e9\u009b end") ==
          "\"long enough for the fast path \\u007f \u00e9\\u009b end\"");
    CHECK(text("\u202e\u2066\u061c") == R"("\u202e\u2066\u061c")");
    CHECK(text("\u00e9\u20ac\U0001F600") == "\"\u00e9\u20ac\U0001F600\"");
    CHECK(text("a\xff\xc3(") == "\"a\ufffd\ufffd(\"");
    CHECK(text("\xed\xa0\x80") == "\"\ufffd\ufffd\ufffd\"");
    CHECK(text("end\xe2\x82") == "\"end\ufffd\ufffd\"");
}

TEST_CASE("json path: members and elements are found") {
    constexpr auto json = R"( {"a": {"b": [10, {"c": "x\u00e9"}, []], "": 3}, "n" : -1.50,
                               "t":true,"s":"}],{", "\u006b":null, "dup":1, "dup":2} )"sv;
    CHECK(codec::find(json, "a.b.0") == "10");
    CHECK(codec::find(json, "a.b.1.c") == R"("x\u00e9")");
    CHECK(codec::find(json, "a.b.2") == "[]");
    CHECK(codec::find(json, "a.b") == R"([10, {"c": "x\u00e9"}, []])");
    CHECK(codec::find(json, "n") == "-1.50");
    CHECK(codec::find(json, "t") == "true");
    CHECK(codec::find(json, "s") == R"("}],{")");
    CHECK(codec::find(json, "k") == "null");
    CHECK(codec::find(json, "dup") == "2");
    CHECK(codec::find(json, "a.") == "3");
    for (const char* path : {"x", "a.b.3", "a.b.-1", "a.b.x", "a.b.1x", "n.x", "a.c", "s.0",
                             "a.b.2.0", "t.", "a.b.99999999999999999999999"}) {
        CAPTURE(path);
        CHECK_FALSE(codec::find(json, path));
    }
    CHECK(codec::find(" [1] ", "") == "[1]");
    CHECK(codec::find("{}", "a") == std::nullopt);
    CHECK(codec::find("[]", "0") == std::nullopt);
}

TEST_CASE("json path: a value is told as plain text") {
    constexpr auto json = R"({"name":"Order\tPlaced \ud83d\ude00","n":1.0,"o":{"a":1}})"sv;
    CHECK(codec::find_text(json, "name") == "Order\tPlaced \U0001F600");
    CHECK(codec::find_text(json, "n") == "1.0");
    CHECK(codec::find_text(json, "o") == R"({"a":1})");
    CHECK_FALSE(codec::find_text(json, "x"));
}

TEST_CASE("json path: text that is no JSON does no harm") {
    for (const auto json :
         {"", "{", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":\"\\", "{\"a\":[", "[", "[1", "}", "]",
          "{\"a\":}", "{\"b\":1,", "{\"a\\", "\"\\u12", "{\"\\ud800\":1}"}) {
        CAPTURE(json);
        CHECK_NOTHROW(codec::find_text(json, "a.b"));
        CHECK_NOTHROW(codec::find_text(json, "a"));
        CHECK_NOTHROW(codec::find_text(json, "0"));
        CHECK_NOTHROW(codec::find_text(json, ""));
    }
}

TEST_CASE("json pretty: short containers stay on a line, others are indented") {
    CHECK(codec::pretty(R"({"a":1,"b":[1,2],"c":{},"d":[]})") ==
          "{\n  \"a\": 1,\n  \"b\": [1, 2],\n  \"c\": {},\n  \"d\": []\n}");
    CHECK(codec::pretty(R"( {"a" : 1 , "b":"x"} )") == R"({"a": 1, "b": "x"})");
    CHECK(codec::pretty("[[1,[2]],3]") == "[\n  [\n    1,\n    [2]\n  ],\n  3\n]");
    CHECK(codec::pretty(" 1.50 ") == "1.50");
    CHECK(codec::pretty("12345678901234567890123") == "12345678901234567890123");
    const auto word = '"' + std::string(30, 'x') + '"';
    CHECK(codec::pretty("[" + word + "," + word + "]") == "[" + word + ", " + word + "]");
    CHECK(codec::pretty("[" + word + "," + word + "," + word + "]") ==
          "[\n  " + word + ",\n  " + word + ",\n  " + word + "\n]");
}

TEST_CASE("json pretty: the caller's colours stand around the tokens") {
    const codec::PrettyStyle style = {"<k>", "<s>", "<n>", "<l>", "</>"};
    CHECK(codec::pretty(R"({"a":"x","b":-1,"c":[true,null]})", style) ==
          "{\n  <k>\"a\"</>: <s>\"x\"</>,\n  <k>\"b\"</>: <n>-1</>,\n"
          "  <k>\"c\"</>: [<l>true</>, <l>null</>]\n}");
    std::string out = "> ";
    codec::append_pretty(out, "[[1]]", {}, {.margin = 4});
    CHECK(out == "> [\n      [1]\n    ]");
}

TEST_CASE("json pretty: nothing in a payload reaches the terminal as a control") {
    const auto hostile = "[\"\u009b31m\x7f \u202e\u2067 \u200f\u061c \\u001b[0m \\\" \u00e9\"]";
    const auto shown = R"(["\u009b31m\u007f \u202e\u2067 \u200f\u061c \u001b[0m \" )"
                       "\u00e9\"]";
    CHECK(codec::pretty(hostile) == shown);
    CHECK(codec::minify(hostile) == shown);
}

TEST_CASE("json minify: blanks go, all else stays") {
    CHECK(codec::minify(" { \"a b\" : [ 1.50 , \"\\u0041 \\\\\" ] ,\n\"c\":{ } } ") ==
          R"({"a b":[1.50,"\u0041 \\"],"c":{}})");
    CHECK_THROWS_AS(codec::minify("[1,"), codec::ParseError);
    CHECK_THROWS_AS(codec::pretty("{'a':1}"), codec::ParseError);
}

TEST_CASE("json pretty: deep nesting does not multiply the output") {
    const auto json =
        std::string(512, '[') + "\"" + std::string(100, 'x') + "\"" + std::string(512, ']');
    CHECK(codec::pretty(json).size() < 512 * 2 * 70);
    CHECK(codec::minify(codec::pretty(json)) == json);
}
