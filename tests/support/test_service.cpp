// The service that fault tests run, pause, and kill: several instances of it, as real processes.
//
//   Work    publishes Done with the same body
//   Slow    the same, after the milliseconds that its body says
//   Crash   ends the process
//   shop.charge   answers with its payload
#include "service/run_main.hpp"

#include <cstdio>
#include <cstdlib>
#include <thread>

namespace {

class Shop : public service::Service {
public:
    Shop() : Service("shop") {
        subscribe_events("Work", [this](const auto& event) { publish_event("Done", event.body); });
        subscribe_events("Slow", [this](const auto& event) {
            std::puts("slow");
            std::fflush(stdout);
            std::this_thread::sleep_for(std::chrono::milliseconds{std::stoi(event.body)});
            publish_event("Done", event.body);
        });
        subscribe_events("Crash", [](const auto&) { std::_Exit(9); });
        subscribe_commands("charge",
                           [](const auto& command) { return service::Outcome::ok(command.body); });
    }

private:
    void on_ready() override {
        std::puts("ready");
        std::fflush(stdout);
    }
};

} // namespace

int main(int argc, char** argv) {
    Shop shop;
    return service::run_main(argc, argv, shop);
}
