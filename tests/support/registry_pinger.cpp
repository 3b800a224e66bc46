// registry_pinger DATABASE-URL NAME: registers ports 1 to 60000 of a service, and writes each one
// down when the registry has answered. To be killed on the way.

#include "loop/event_loop.hpp"
#include "registry/registry.hpp"

#include <cstdio>
#include <functional>
#include <string>

int main(int, char** argv) {
    loop::EventLoop loop;
    registry::Options options;
    options.database = sql::DatabaseUrl::parse(argv[1]);
    registry::Registry registry{loop, std::move(options)};
    registry.open();
    std::uint16_t next = 1;
    std::function<void()> ping = [&] {
        const std::uint16_t port = next++;
        registry.ping({.name = argv[2], .host = "h", .port = port},
                      [&ping, port](const std::exception_ptr& error) {
                          if (!error)
                              std::printf("%d\n", port);
                          std::fflush(stdout);
                          if (port < 60'000)
                              ping();
                      });
    };
    for (int at_once = 0; at_once < 32; ++at_once)
        ping();
    loop.run();
}
