#include "director/notifications.hpp"

#include <doctest/doctest.h>

using director::Generation;
using director::Registrations;

namespace {

constexpr std::string_view first_status =
    R"({"app_started":1795219308203,"app_uptime":1005,"app_uptime_h":"0:00:01.005000",)"
    R"("methods":[["echo","none"],["add","handler"],["boom","none"],["relay","none"]]})";
constexpr std::string_view second_status =
    R"({"type__":"data","statusCode":200,"data":{"name":"fsvc","app_state":"running","register":)"
    R"([{"method":"add","role":"handler","options":{"timeout":100}},)"
    R"({"method":"lis","role":"listener","options":{}}]}})";

Registrations with(std::string_view name, Generation generation, std::string_view status) {
    Registrations registrations{std::chrono::seconds{30}};
    registrations.reported(name, generation, rpc::parse_status(status), {}, 0);
    return registrations;
}

} // namespace

TEST_CASE("notifications: kernel is told what the original tells it, byte for byte") {
    CHECK(director::kernel_notification(with("tsvc", Generation::first, first_status).all()) ==
          R"({"jsonrpc": "2.0", "method": "kernel:services:band", "params": {"methods": )"
          R"([["tsvc", "echo", "none"], ["tsvc", "add", "handler"], ["tsvc", "boom", "none"], )"
          R"(["tsvc", "relay", "none"]]}})");
    CHECK(director::kernel_notification({}) ==
          R"({"jsonrpc": "2.0", "method": "kernel:services:band", "params": {"methods": []}})");
}

TEST_CASE("notifications: front gets the methods with their options, and a hash of them") {
    const auto services = with("fsvc", Generation::second, second_status);
    const std::string list =
        R"([{"service":"fsvc","method":"add","role":"handler","options":{"timeout":100}},)"
        R"({"service":"fsvc","method":"lis","role":"listener","options":{}}])";
    CHECK(director::register_of(services.all()) == list);
    const std::string params = director::front_params(services.all());
    CHECK(params.starts_with(R"({"register":)" + list + R"(,"state_hash":")"));
    CHECK(params == director::front_params(services.all()));
    CHECK(params != director::front_params({}));
}

TEST_CASE("notifications: of a service of the first generation front learns the roles") {
    CHECK(director::register_of(
              with("a", Generation::first, R"({"methods":[["m","task"]]})").all()) ==
          R"([{"service":"a","method":"m","role":"task","options":{}}])");
}
