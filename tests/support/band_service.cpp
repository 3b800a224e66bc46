// A service that a runtime runs: answers on the bus to its NAME, with one method, echo.
#include "loop/event_loop.hpp"
#include "rpc/callee.hpp"

#include <cstdio>
#include <cstdlib>

namespace {

struct Silent final : rpc::CalleeObserver {};

} // namespace

int main() {
    loop::EventLoop loop;
    Silent observer;
    rpc::Callee callee{loop,
                       redis::config_from_url(base::Url::parse(std::getenv("BAND_BUS"))),
                       {.name = std::getenv("NAME")},
                       observer};
    callee.expose({.name = "echo"}, [](const rpc::IncomingCall& call, rpc::Answer answer) {
        answer.result(call.params);
    });
    callee.open();
    std::puts("listening");
    std::fflush(stdout);
    loop.run();
}
