// The director's parts that have threads, without the rest of it.
#include "director/daemon.hpp"
#include "host/local_host.hpp"
#include "support/eventually.hpp"
#include "support/socket.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <future>
#include <poll.h>
#include <thread>

using namespace std::chrono_literals;

namespace {

std::unique_ptr<host::Host> no_services() {
    return std::make_unique<host::LocalHost>(host::LocalConfig{},
                                             std::vector<std::unique_ptr<runtime::Runtime>>{});
}

} // namespace

TEST_CASE("director: one look at the runtimes follows the other") {
    loop::EventLoop loop;
    director::WorkerPool pool{loop, {.threads = 4, .waiting = 16}, no_services};
    std::atomic<int> looking = 0;
    std::atomic<int> most = 0;
    std::promise<void> open_gate;
    const std::shared_future<void> gate = open_gate.get_future();
    director::Inventory inventory{loop, pool, [&](host::Host&, const runtime::Wait&) {
                                      most = std::max<int>(most, ++looking);
                                      gate.wait();
                                      --looking;
                                      return director::Findings{};
                                  }};
    loop::Timer gate_timer{loop, [&] { open_gate.set_value(); }};
    inventory.look_soon();                     // in some milliseconds, by which
    inventory.look_then([&] { loop.stop(); }); // this one has not come to its end
    gate_timer.schedule(200ms);
    loop.run();
    CHECK(most == 1);
}

TEST_CASE("director: at its end nothing goes that a thread still works with") {
    struct Seen {
        std::promise<void> looks;
        std::atomic<bool> told = false;
        std::atomic<bool> gone = false; // what the look was made from
        std::atomic<bool> gone_too_early = false;
    } seen;
    struct Used {
        Seen* seen;
        ~Used() { seen->gone = true; }
    };
    const auto look = [its = &seen, used = std::make_shared<Used>(&seen)](
                          host::Host&, const runtime::Wait& wait) {
        Seen& outer = *its; // this function itself may be gone soon
        if (!outer.told.exchange(true))
            outer.looks.set_value();
        pollfd stop{wait.stop_fd, POLLIN, 0};
        ::poll(&stop, 1, 20'000);
        outer.gone_too_early = outer.gone_too_early || outer.gone;
        return director::Findings{};
    };
    service::Diagnostics diagnostics{"director", cli::Notice::Level::quiet};
    director::Settings settings{.addresses = {{.host = "127.0.0.1"}}};
    settings.redis.address = {.host = "127.0.0.1",
                              .port = static_cast<std::uint16_t>(support::free_port())};
    std::thread ender{[&] {
        seen.looks.get_future().wait();
        ::kill(::getpid(), SIGTERM);
    }};
    {
        director::Daemon daemon{settings, {no_services, look, {}}, {}, diagnostics};
        daemon.run([](const net::Address&) {});
    }
    ender.join();
    CHECK_FALSE(seen.gone_too_early);
}
