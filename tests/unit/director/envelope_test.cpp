#include "director/envelope.hpp"

#include <doctest/doctest.h>

using director::Answer;
using director::body_of;
using director::Envelope;

TEST_CASE("envelope: the first generation wraps a result with the time, the second does not") {
    const Answer answer{.result = R"({"x":1})"};
    CHECK(answer.status() == 200);
    CHECK(body_of(answer, Envelope::wrapped, 1795219287451) ==
          R"({"result":{"x":1},"ts":1795219287451})");
    CHECK(body_of(answer, Envelope::bare, 0) == R"({"x":1})");
}

TEST_CASE("envelope: an error leaves the first generation's result null") {
    const Answer answer = director::refusal(502, -32000, "nobody listens");
    CHECK(answer.status() == 502);
    CHECK(body_of(answer, Envelope::wrapped, 7) ==
          R"({"result":null,"error":{"code":-32000,"message":"nobody listens"},"ts":7})");
    CHECK(body_of(answer, Envelope::bare, 7) ==
          R"({"error":{"code":-32000,"message":"nobody listens"}})");
}

TEST_CASE("envelope: an unknown name is 404, to the second generation as the number") {
    const Answer answer = director::unknown_service("ghost");
    CHECK(answer.status() == 404);
    CHECK(body_of(answer, Envelope::bare, 7) == "404");
    CHECK(body_of(answer, Envelope::wrapped, 7).find("ghost") != std::string::npos);
}

TEST_CASE("envelope: a service's own error is passed on, with a status that fits its code") {
    CHECK(director::passed_on(rpc::Failure::of(-32601)).status() == 404);
    CHECK(director::passed_on(rpc::Failure::of(-32602)).status() == 400);
    CHECK(director::passed_on({404, "nope", {}}).status() == 404); // a typed result
    const Answer answer = director::passed_on({-32000, "x", "[1]"});
    CHECK(answer.status() == 500);
    CHECK(body_of(answer, Envelope::bare, 7) ==
          R"({"error":{"code":-32000,"message":"x","data":[1]}})");
}
