#include "codec/parse_error.hpp"
#include "rpc/json_rpc.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace rpc;

namespace {

const Request& request(const Document& document, std::size_t index = 0) {
    return std::get<Request>(document.items.at(index));
}

const Response& response(const Document& document, std::size_t index = 0) {
    return std::get<Response>(document.items.at(index));
}

std::string fault(std::string_view json) {
    const Document document = parse(json);
    const auto* const malformed = std::get_if<Malformed>(&document.items.at(0));
    return malformed != nullptr ? malformed->why : "nothing";
}

std::string call(std::string_view method, std::string_view params, std::string_view id,
                 const codec::JsonStyle& style = {}) {
    std::string out;
    append_request(out, method, params, id, style);
    return out;
}

std::string result(std::string_view json, std::string_view id, const AnswerForm& form = {}) {
    std::string out;
    append_result(out, json, id, form);
    return out;
}

std::string error(const Failure& failure, std::string_view id, const AnswerForm& form = {}) {
    std::string out;
    append_error(out, failure, id, form);
    return out;
}

constexpr codec::JsonStyle python{.blanks = true, .ascii = true};

} // namespace

// The examples of section 7 of the specification, both directions.

TEST_CASE("specification: calls with positional and with named parameters") {
    const std::string positional =
        R"({"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1})";
    const Document one = parse(positional);
    CHECK_FALSE(one.batch);
    CHECK(request(one).method == "subtract");
    CHECK(request(one).params == "[42, 23]");
    CHECK(request(one).id == "1");
    CHECK_FALSE(request(one).is_notification());
    CHECK(call("subtract", "[42, 23]", "1", python) == positional);
    CHECK(result("19", "1", {python}) == R"({"jsonrpc": "2.0", "result": 19, "id": 1})");
    CHECK(response(parse(R"({"jsonrpc": "2.0", "result": 19, "id": 1})")).result == "19");

    const std::string named =
        R"({"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3})";
    CHECK(request(parse(named)).params == R"({"subtrahend": 23, "minuend": 42})");
}

TEST_CASE("specification: notifications") {
    const Document update =
        parse(R"({"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]})");
    CHECK(request(update).is_notification());
    const Document bare = parse(R"({"jsonrpc": "2.0", "method": "foobar"})");
    CHECK(request(bare).is_notification());
    CHECK(request(bare).params.empty());
    std::string out;
    append_notification(out, "foobar", "", python);
    CHECK(out == R"({"jsonrpc": "2.0", "method": "foobar"})");
}

TEST_CASE("specification: a call of a method that is not there") {
    const std::string answer =
        R"({"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "1"})";
    CHECK(error(Failure::of(code::method_not_found), "\"1\"", {python}) == answer);
    const Document document = parse(answer);
    CHECK(response(document).is_error());
    CHECK(response(document).error.code == -32601);
    CHECK(response(document).error.message == "Method not found");
    CHECK(response(document).id == "\"1\"");
}

TEST_CASE("specification: invalid JSON, alone and in a batch") {
    CHECK_THROWS_AS(parse(R"({"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz])"),
                    codec::ParseError);
    CHECK_THROWS_AS(parse(R"([
  {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
  {"jsonrpc": "2.0", "method"
])"),
                    codec::ParseError);
    CHECK(error(Failure::of(code::parse_error), "null", {python}) ==
          R"({"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": null})");
}

TEST_CASE("specification: invalid requests, and an empty batch") {
    CHECK(fault(R"({"jsonrpc": "2.0", "method": 1, "params": "bar"})") ==
          "\"method\" is no string");
    const Document empty = parse("[]");
    CHECK(empty.batch);
    CHECK(empty.items.empty());
    const Document numbers = parse("[1,2,3]");
    CHECK(numbers.batch);
    REQUIRE(numbers.items.size() == 3);
    for (const Item& item : numbers.items)
        CHECK(std::holds_alternative<Malformed>(item));
}

TEST_CASE("specification: a batch of all kinds") {
    const Document document = parse(R"([
        {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
        {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
        {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
        {"foo": "boo"},
        {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
        {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
    ])");
    CHECK(document.batch);
    REQUIRE(document.items.size() == 6);
    CHECK(request(document, 0).method == "sum");
    CHECK(request(document, 1).is_notification());
    CHECK(request(document, 2).id == "\"2\"");
    CHECK(std::get<Malformed>(document.items[3]).id.empty());
    CHECK(request(document, 4).params == R"({"name": "myself"})");
    CHECK(request(document, 5).params.empty());
}

TEST_CASE("parse: what is wrong is told, with method and id where they are known") {
    CHECK(fault("5") == "the message is no object");
    CHECK(fault("{}") == "\"jsonrpc\" is not \"2.0\"");
    CHECK(fault(R"({"jsonrpc":2.0,"method":"a","id":1})") == "\"jsonrpc\" is not \"2.0\"");
    CHECK(fault(R"({"jsonrpc":"2.0","id":1})") ==
          "neither \"method\" nor \"result\" nor \"error\" is there");
    CHECK(fault(R"({"jsonrpc":"2.0","method":"a","params":"text","id":7})") ==
          "\"params\" is neither an object nor an array");
    CHECK(fault(R"({"jsonrpc":"2.0","method":"a","id":[1]})") ==
          "\"id\" is neither a string nor a number nor null");
    CHECK(fault(R"({"jsonrpc":"2.0","result":1,"error":{},"id":1})") ==
          "both \"result\" and \"error\" are there");
    CHECK(fault(R"({"jsonrpc":"2.0","error":"no","id":1})") == "\"error\" is no object");

    const Document document = parse(R"({"jsonrpc":"1.0","method":"a:b:c","id":8})");
    const auto& malformed = std::get<Malformed>(document.items.at(0));
    CHECK(malformed.method == "a:b:c");
    CHECK(malformed.id == "8");
    CHECK(std::get<Malformed>(parse(R"({"method":"a","id":{}})").items.at(0)).id.empty());
}

TEST_CASE("parse: ids and texts stay exactly as they were sent") {
    for (const std::string id :
         {"0", "-7", "1.50", "\"\\u00e9\"", "123456789012345678901234567890"})
        CHECK(request(parse(R"({"jsonrpc":"2.0","method":"m","id": )" + id + " }")).id == id);
    const Document null = parse(R"({"jsonrpc":"2.0","method":"m","id":null})");
    CHECK(request(null).has_null_id());
    CHECK_FALSE(request(null).is_notification());
    CHECK(request(parse(R"({"jsonrpc":"2.0","method":"\u006d\/x","params":null,"id":1})")).method ==
          "m/x");
    CHECK(request(parse(R"({"jsonrpc":"2.0","method":"m","params":null})")).params.empty());
    // Of a repeated member the last one counts.
    CHECK(request(parse(R"({"jsonrpc":"2.0","method":"a","id":1,"method":"b"})")).method == "b");
}

TEST_CASE("parse: answers with both members, one of them null") {
    const Document good = parse(R"({"jsonrpc": "2.0", "result": true, "error": null, "id": 1})");
    CHECK(response(good).result == "true");
    const Document nothing = parse(R"({"jsonrpc":"2.0","result":null,"error":null,"id":1})");
    CHECK_FALSE(response(nothing).is_error());
    CHECK(response(nothing).result == "null");
    const Document bad = parse(
        R"({"jsonrpc":"2.0","result":null,"error":{"code":-1,"message":"no","data":{"a":1}},"id":1})");
    CHECK(response(bad).is_error());
    CHECK(response(bad).error.message == "no");
    CHECK(response(bad).error.data == R"({"a":1})");
}

TEST_CASE("parse: batches and nesting are bounded") {
    const std::string item = R"({"jsonrpc":"2.0","method":"m","id":1})";
    std::string batch = "[" + item;
    for (std::size_t i = 1; i < most_in_batch; ++i)
        batch += "," + item;
    CHECK(parse(batch + "]").items.size() == most_in_batch);
    const Document more = parse(batch + "," + item + "]");
    CHECK_FALSE(more.batch);
    CHECK(std::get<Malformed>(more.items.at(0)).why == "a batch of more than 1000 messages");

    const auto nested = [](std::size_t depth) {
        return R"({"jsonrpc":"2.0","method":"m","params":)" + std::string(depth, '[') +
               std::string(depth, ']') + "}";
    };
    CHECK(request(parse(nested(511))).method == "m");
    CHECK_THROWS_AS(parse(nested(512)), codec::ParseError);
}

TEST_CASE("answers: in the forms of those who answered before") {
    CHECK(result("true", "1", {.style = {.blanks = true}, .both_members = true}) ==
          R"({"jsonrpc": "2.0", "result": true, "error": null, "id": 1})");
    CHECK(result("\"received\"", "", {.style = {.blanks = true}, .both_members = true}) ==
          R"({"jsonrpc": "2.0", "result": "received", "error": null})");
    CHECK(
        error(Failure::of(code::method_not_found), "5",
              {.style = {.blanks = true}, .both_members = true}) ==
        R"({"jsonrpc": "2.0", "result": null, "error": {"code": -32601, "message": "Method not found"}, "id": 5})");
    CHECK(
        error(Failure::of(code::internal_error, R"({"class":"E"})"), "6") ==
        R"({"jsonrpc":"2.0","error":{"code":-32603,"message":"Internal error","data":{"class":"E"}},"id":6})");
    CHECK(result(R"({"s": "é/x<>&"})", "7",
                 {.style = {.escape_slash = true}, .from = "fsvc", .to = "lab"}) ==
          R"({"jsonrpc":"2.0","result":{"s":"é\/x<>&"},"id":7,"from":"fsvc","to":"lab"})");
    CHECK(result(R"({"a":1,"s":"é/x"})", "\"1\"", {{.escape_slash = true, .ascii = true}}) ==
          R"({"jsonrpc":"2.0","result":{"a":1,"s":"\u00e9\/x"},"id":"1"})");
}

TEST_CASE("messages: names cannot break out of their string") {
    CHECK(call("a\"b\n", "", "1") == "{\"jsonrpc\":\"2.0\",\"method\":\"a\\\"b\\n\",\"id\":1}");
}
