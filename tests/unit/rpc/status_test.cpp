#include "rpc/status.hpp"

#include <doctest/doctest.h>

using namespace rpc;

namespace {

constexpr std::string_view first =
    R"({"app_started":1795219130842,"app_uptime":38684,"app_uptime_h":"0:00:38.684000","methods":[["echo","none"],["add","handler"]]})";
constexpr std::string_view second =
    R"({"type__":"data","statusCode":200,"data":{"name":"fsvc","app_started":1795219208089,"app_uptime":40788,"app_state":"running","register":[{"method":"add","role":"handler","options":{"timeout":100}},{"method":"lis","role":"listener","options":{}}]}})";

} // namespace

TEST_CASE("status: the first generation's document there and back") {
    const Status status = parse_status(first);
    CHECK(status.name.empty());
    CHECK(status.started_ms == 1795219130842);
    CHECK(status.uptime_ms == 38684);
    REQUIRE(status.methods.size() == 2);
    CHECK(status.methods[0].name == "echo");
    CHECK(status.methods[0].role == "none");
    CHECK(status.raw == first);
    CHECK(status_result(status, Generation::first) == first);
}

TEST_CASE("status: the second generation's document there and back, also without its wrapping") {
    const Status status = parse_status(second);
    CHECK(status.name == "fsvc");
    REQUIRE(status.methods.size() == 2);
    CHECK(status.methods[0].options == R"({"timeout":100})");
    CHECK(status_result(status, Generation::second) == second);
    const auto inner = second.substr(second.find(R"({"name")"));
    CHECK(parse_status(inner.substr(0, inner.size() - 1)).name == "fsvc");
}

TEST_CASE("status: methods that are not to be shown are left out") {
    const Status status{.name = "s",
                        .methods = {{"__status", "none"}, {"plain", "none"}, {"add", "handler"}}};
    CHECK(parse_status(status_result(status, Generation::first)).methods.size() == 2);
    CHECK(parse_status(status_result(status, Generation::second)).methods.size() == 1);
}

TEST_CASE("status: how long it has been up, as Python writes it") {
    const auto text = [](std::int64_t ms) {
        const std::string document = status_result({.uptime_ms = ms}, Generation::first);
        const auto start = document.find("_h\":\"") + 5;
        return document.substr(start, document.find('"', start) - start);
    };
    CHECK(text(0) == "0:00:00");
    CHECK(text(5) == "0:00:00.005000");
    CHECK(text(3'600'000) == "1:00:00");
    CHECK(text(86'400'000) == "1 day, 0:00:00");
    CHECK(text(200'000'001) == "2 days, 7:33:20.001000");
}

TEST_CASE("status: what is no status gives an empty one") {
    for (const std::string_view json : {"null", "3", "[]", "{}", R"({"methods":5,"name":7})",
                                        R"({"methods":[1,[],[2],{}],"register":"x"})"}) {
        const Status status = parse_status(json);
        CHECK(status.name.empty());
        CHECK(status.methods.empty());
    }
}

TEST_CASE("rpc status: the number of calls is told and read where it is known") {
    for (const auto generation : {rpc::Generation::first, rpc::Generation::second}) {
        const std::string text = rpc::status_result({.name = "s", .calls = 12}, generation);
        CHECK(rpc::parse_status(text).calls == 12);
        CHECK(!rpc::parse_status(rpc::status_result({.name = "s"}, generation)).calls);
    }
}
