// The methods of a service::Service, called over Band RPC.
#include "base/url.hpp"
#include "rpc/call_once.hpp"
#include "service_fixture.hpp"

#include <doctest/doctest.h>

using namespace fixture;
using rpc::IncomingCall;
using rpc::Result;
using service::Outcome;
using support::Redis;
using support::RedisServer;

namespace {

struct Shop {
    RedisServer server;
    Redis redis{server};
    Noting service;

    [[nodiscard]] redis::Config config() const {
        return redis::config_from_url(base::Url::parse(server.url()));
    }
    [[nodiscard]] service::InstanceOptions options() const {
        service::InstanceOptions options = quick();
        options.calls = config();
        return options;
    }
    [[nodiscard]] Result call(const std::string& method, const std::string& params = {}) const {
        const rpc::Call call{"shop", method, params};
        return rpc::call_all(config(), {&call, 1}, {.deadline = base::Deadline::after(10s)})
            .front();
    }
    [[nodiscard]] bool can_be_called() const {
        return eventually(10s, [&] { return call("__status").ok(); });
    }
};

} // namespace

TEST_CASE("a service that has methods only answers calls") {
    Shop t;
    t.service.expose_method({"price"}, [](const IncomingCall& call) {
        return Outcome::ok("[" + std::string(call.params) + "]");
    });
    Running running{t.service, t.server.url(), t.options()};
    REQUIRE(t.can_be_called());
    CHECK(t.call("price", R"({"n":1})").json == R"([{"n":1}])");
    CHECK(t.call("nosuch").failure.code == rpc::code::method_not_found);
    const auto status = rpc::parse_status(t.call("__status").json);
    REQUIRE(status.methods.size() == 1);
    CHECK(status.methods[0].name == "price");
    running.stop();
    CHECK(t.call("price").status == Result::Status::nobody);
    CHECK_FALSE(t.service.notes.has("ended"));
}

TEST_CASE("a method's errors: an outcome, a refusal with a code of its own, and what is thrown") {
    Shop t;
    t.service.expose_method({"outcome"}, [](const IncomingCall&) {
        return Outcome::error("sold out", "there are no more");
    });
    t.service.expose_method({"refused"}, [](const IncomingCall&) -> Outcome {
        throw rpc::Refused("price", rpc::Failure::of(rpc::code::invalid_params));
    });
    t.service.expose_method({"thrown"}, [](const IncomingCall&) -> Outcome {
        throw std::runtime_error("secret detail");
    });
    const Running running{t.service, t.server.url(), t.options()};
    REQUIRE(t.can_be_called());
    const Result outcome = t.call("outcome");
    CHECK(outcome.failure.code == rpc::code::server_error);
    CHECK(outcome.failure.message == "there are no more");
    CHECK(outcome.failure.data == R"({"reason":"sold out","message":"there are no more"})");
    CHECK(t.call("refused").failure.message == "Invalid params");
    const Result thrown = t.call("thrown");
    CHECK(thrown.failure.message == "Server error");
    CHECK(thrown.failure.data.empty());
    CHECK(eventually(5s, [&] {
        return t.service.notes.has("Unhandled error in method thrown: secret detail");
    }));
}

TEST_CASE("methods and messages side by side: what a method publishes goes out at once") {
    Shop t;
    t.service.subscribe_events("Ordered");
    t.service.expose_method({"order"}, [&](const IncomingCall& call) {
        t.service.publish_event("Ordered", std::string(call.params));
        return Outcome::ok("true");
    });
    const Running running{t.service, t.server.url(), t.options()};
    REQUIRE(t.can_be_called());
    CHECK(t.call("order", R"({"n":2})").json == "true");
    CHECK(eventually(5s, [&] { return t.service.notes.has(R"(event Ordered {"n": 2})"); }));
}

TEST_CASE("a service with methods that does not know where they are called does not start") {
    Shop t;
    t.service.expose_method({"price"}, [](const IncomingCall&) { return Outcome::ok(); });
    const Running running{t.service, t.server.url()};
    CHECK(
        t.service.notes.has("ended: service \"shop\": nothing says where its methods are called"));
}
