#include "runtime/container_view.hpp"
#include "runtime/uptime.hpp"

#include <doctest/doctest.h>

using runtime::State;

namespace {

docker::Container row(std::string state, std::string status) {
    docker::Container container;
    container.id = "0123456789abcdef";
    container.name = "hello";
    container.state = std::move(state);
    container.status = std::move(status);
    container.created_s = 1000;
    return container;
}

} // namespace

TEST_CASE("uptime: as the Engine tells it to people") {
    using namespace std::chrono_literals;
    CHECK(runtime::parse_uptime("Up Less than a second")->value == 0s);
    CHECK(runtime::parse_uptime("Up 10 seconds")->value == 10s);
    CHECK(runtime::parse_uptime("Up About a minute")->value == 60s);
    CHECK(runtime::parse_uptime("Up 5 minutes (unhealthy)")->value == 300s);
    CHECK(runtime::parse_uptime("Up About an hour")->value == 3600s);
    CHECK(runtime::parse_uptime("Up 3 weeks")->unit == 7 * 24h);
    CHECK_FALSE(runtime::parse_uptime("Exited (0) 3 seconds ago"));
    CHECK_FALSE(runtime::parse_uptime("Up"));
    CHECK_FALSE(runtime::parse_uptime("Up 99999999999999999999 days"));
}

TEST_CASE("container: one that was never restarted started when it was made") {
    const auto fresh = runtime::instance_from(row("running", "Up 5 minutes"), 1'330'000);
    CHECK(fresh.started_ms == 1'000'000);
    CHECK(fresh.id == "0123456789ab");
    CHECK(fresh.state == State::running);
    const auto again = runtime::instance_from(row("running", "Up 5 minutes"), 9'000'000);
    CHECK(again.started_ms == 8'700'000);
}

TEST_CASE("container: how it ended decides between stopped and failed") {
    CHECK(runtime::instance_from(row("exited", "Exited (143) 3 seconds ago"), 0).state ==
          State::stopped);
    const auto failed = runtime::instance_from(row("exited", "Exited (1) 3 seconds ago"), 0);
    CHECK(failed.state == State::failed);
    CHECK(failed.exit_code == 1);
    CHECK(failed.detail == "exited (1) 3 seconds ago");
    docker::ContainerDetail detail;
    static_cast<docker::Container&>(detail) = row("exited", "");
    detail.exit_code = 137;
    detail.out_of_memory = true;
    detail.memory_bytes = 367001600;
    detail.restarts = 3;
    const auto killed = runtime::instance_from(detail);
    CHECK(killed.state == State::failed);
    CHECK(killed.detail ==
          "out of memory, the limit is 350 MiB, exited with 137, restarted 3 times");
}

TEST_CASE("container: a name that is not its service's makes it a candidate") {
    auto container = row("running", "Up 1 second");
    CHECK_FALSE(runtime::instance_from(container, 0).candidate);
    container.labels = {{"inband", "inband"}, {"band.service", "other"}, {"band.run", "r1"}};
    const auto instance = runtime::instance_from(container, 0);
    CHECK(instance.candidate);
    CHECK(instance.name == "other");
    CHECK(instance.run_id == "r1");
}

TEST_CASE("container: a label that no service could be called by, as an image may bring, is none") {
    auto container = row("running", "Up 5 minutes");
    container.labels = {{"inband", "inband"}, {"band.service", "../../etc/x"}};
    CHECK(runtime::service_of(container) == "hello");
}

TEST_CASE("container: an inspection shows no secrets") {
    const auto shown = runtime::masked(
        R"({"Id":"x","Config":{"Env":["A_TOKEN=s3cret","REDIS_DSN=redis://u:s3cret@h/0","B=1"],)"
        R"("Image":"i"},"State":{"Running":true}})");
    CHECK(shown.find("s3cret") == std::string::npos);
    CHECK(shown.find("\"A_TOKEN=***\"") != std::string::npos);
    CHECK(shown.find("\"B=1\"") != std::string::npos);
    CHECK(shown.find("\"Image\":\"i\"") != std::string::npos);
    CHECK(shown.find("{\"Running\":true}") != std::string::npos);
}
