#include "codec/json_scanner.hpp"
#include "codec/json_to_cbor.hpp"
#include "codec/parse_error.hpp"
#include "message/envelope.hpp"

#include <doctest/doctest.h>

using message::Kind;
using message::Message;

namespace {

std::string envelope(const Message& message) {
    std::string text;
    append_envelope(text, message);
    codec::validate_json(text, {.allow_big_integers = true});
    return text;
}

Message event(std::string body) {
    return {.routing_key = "OrderPlaced", .body = std::move(body)};
}

} // namespace

TEST_CASE("envelope: all that a message has, in a fixed order") {
    Message message{.kind = Kind::result,
                    .routing_key = "me.return",
                    .body = R"({"b":1,"a":[1.50,9007199254740993]})",
                    .conversation_id = "c1",
                    .correlation_id = "r1",
                    .reply_to = "x.y",
                    .status = "success",
                    .source = "billing",
                    .timestamp_ms = 1795218619943,
                    .headers = {{"x-death", "1"}},
                    .id = "1795218619943-0"};
    CHECK(envelope(message) ==
          R"({"kind":"result","routing_key":"me.return","time":"2026-11-20T23:50:19.943Z",)"
          R"("id":"1795218619943-0","conversation_id":"c1","correlation_id":"r1",)"
          R"("reply_to":"x.y","status":"success","source":"billing",)"
          R"("payload":{"b":1,"a":[1.50,9007199254740993]},"headers":{"x-death":"1"}})");
}

TEST_CASE("envelope: what is empty is left out") {
    CHECK(envelope(event("")) == R"({"kind":"event","routing_key":"OrderPlaced"})");
}

TEST_CASE("envelope: everything comes back, byte for byte") {
    const std::string cbor = codec::json_to_cbor(R"({"a":[1,2.5,"é"]})");
    for (Message message :
         {event(R"({"a": "é\u00e9\/", "b":[ ]})"), event(""), event("null"),
          Message{.routing_key = "K", .content_type = "application/cbor", .body = cbor},
          event("no JSON \xff"), event(std::string("\0\x1b", 2)),
          event("[123456789012345678901234567890]")}) {
        message.timestamp_ms = 1;
        message.headers = {{"k", "v"}};
        const Message back = message::message_from_envelope(envelope(message));
        CHECK(back.body == message.body);
        CHECK(back.content_type == message.content_type);
        CHECK(back.routing_key == message.routing_key);
        CHECK(back.timestamp_ms == message.timestamp_ms);
        CHECK(back.headers == message.headers);
    }
}

TEST_CASE("envelope: CBOR is there to be read and as bytes, garbage as bytes only") {
    const Message cbor{
        .routing_key = "K", .content_type = "application/cbor", .body = "\xa1\x61\x61\x01"};
    CHECK(envelope(cbor).ends_with(
        R"("content_type":"application/cbor","payload":{"a":1},"payload_base64":"oWFhAQ=="})"));
    CHECK(envelope(event("{")) ==
          R"({"kind":"event","routing_key":"OrderPlaced","payload_base64":"ew=="})");
    CHECK(envelope(Message{.routing_key = "K", .content_type = "application/cbor", .body = "\xa1"})
              .ends_with(R"("content_type":"application/cbor","payload_base64":"oQ=="})"));
}

TEST_CASE("envelope: a payload of many lines becomes one, steering characters become escapes") {
    CHECK(envelope(event("{\n  \"a\": 1\r\n}")).ends_with(R"("payload":{"a":1}})"));
    CHECK(envelope(event("\"\xc2\x9b\xe2\x80\xae\x7f\""))
              .ends_with(R"("payload":"\u009b\u202e\u007f"})"));
    Message message = event("1");
    message.routing_key = "a\nb\x1b";
    CHECK(envelope(message).find_first_of("\n\x1b") == std::string::npos);
}

TEST_CASE("envelope: keys in any order and escaped, null as if left out") {
    const Message message = message::message_from_envelope(
        R"( {"payload": {"a": 1}, "st\u0061tus":null, "headers":{"n":5}, "routing_key":"K",
             "content_type":null,"payload_base64":null,"kind":"command"} )");
    CHECK(message.kind == Kind::command);
    CHECK(message.body == R"({"a": 1})");
    CHECK(message.content_type == "application/json");
    CHECK(message.headers == std::vector<std::pair<std::string, std::string>>{{"n", "5"}});
}

TEST_CASE("envelope: a payload alone is encoded as the content type says") {
    CHECK(message::message_from_envelope(R"({"content_type":"application/cbor","payload":{"a":1}})")
              .body == "\xa1\x61\x61\x01");
}

TEST_CASE("envelope: what is none is refused with the name of what is wrong") {
    CHECK_THROWS_AS(message::message_from_envelope("{\"kind\":"), codec::ParseError);
    for (const char* text :
         {"[]", "5", R"({"order":1})", R"({"kind":"evnt"})", R"({"kind":7})",
          R"({"routing_key":5})", R"({"time":"10m"})", R"({"time":"2026-13-01T00:00:00Z"})",
          R"({"payload_base64":"?"})", R"({"headers":[]})"})
        CHECK_THROWS_AS(message::message_from_envelope(text), base::Error);
    CHECK_THROWS_WITH(message::message_from_envelope(R"({"order":1})"),
                      doctest::Contains("\"order\": is unknown"));
}

TEST_CASE("a body as JSON is one line whatever its encoding") {
    CHECK(message::body_as_json(event("")) == "null");
    CHECK(message::body_as_json(event("{\"a\": [1,\n2]}")) == R"({"a":[1,2]})");
    CHECK(message::body_as_json({.content_type = "application/cbor", .body = "\xa1\x61\x61\x01"}) ==
          R"({"a":1})");
    std::string out = "kept";
    CHECK_THROWS_AS(append_body_as_json(out, event("{\"a\":\n")), codec::ParseError);
    CHECK(out == "kept");
}
