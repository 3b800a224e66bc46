#include "rpc/result.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace rpc;
using Status = Result::Status;

namespace {

Result result_of_text(const std::string& json) {
    const std::string text = R"({"jsonrpc":"2.0","result":)" + json + R"(,"id":1})";
    return result_of(std::get<Response>(parse(text).items.at(0)));
}

} // namespace

TEST_CASE("result: plain values stay as they are") {
    for (const std::string json : {"null", "3", "[1,2]", R"({"type__":"other","data":1})"})
        CHECK(result_of_text(json).json == json);
}

TEST_CASE("result: of typed ones the caller sees what is meant") {
    CHECK(result_of_text(data_result("{\"k\":1}")).json == "{\"k\":1}");
    CHECK(result_of_text(R"({"type__":"data","statusCode":200})").json == "null");
    const Result error = result_of_text(error_result(404, "nope"));
    CHECK(error.status == Status::refused);
    CHECK(error.failure.code == 404);
    CHECK(error.failure.message == "nope");
    CHECK(error.failure.data.empty());
    const std::string redirect = redirect_result("http://x/y");
    CHECK(result_of_text(redirect).json == redirect);
    CHECK(result_of_text(pixel_result()).json == pixel_result());
}

TEST_CASE("result: everything but an answer is an error of its own kind") {
    const auto kind_of = [](Result result) {
        try {
            take_json(std::move(result), "svc", "method");
        } catch (const base::Error& error) {
            return error.kind();
        }
        return base::ErrorKind::internal;
    };
    CHECK(kind_of({.status = Status::refused}) == base::ErrorKind::no);
    CHECK(kind_of({.status = Status::nobody}) == base::ErrorKind::unavailable);
    CHECK(kind_of({.status = Status::timed_out}) == base::ErrorKind::timeout);
    CHECK(kind_of({.status = Status::away, .why = "gone"}) == base::ErrorKind::unavailable);
    CHECK(take_json({.json = "1"}, "svc", "method") == "1");
}

TEST_CASE("result: a refusal names code, message and data, harmless for a terminal") {
    const Refused refused{"svc.method", {-1, "bad\x1b[2J", R"({"a":1})"}};
    CHECK(refused.what() == std::string(R"(svc.method: bad\x1b[2J (-1): {"a":1})"));
    CHECK(refused.failure().code == -1);
}
