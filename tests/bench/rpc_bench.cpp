// Calls over Band RPC against a bare round trip over Redis Pub/Sub, in one run: prints both
// figures, the ratio, and the goal.
//
//   rpc_bench [CALLS] [ROUNDS]
#include "base/url.hpp"
#include "bench/round_trip.hpp"
#include "rpc/caller.hpp"

#include <cstdio>

using namespace bench;

namespace {

/// The time that each of `calls` takes when so many are on their way at once, in µs.
double call_time(const redis::Config& config, int calls, int at_once) {
    loop::EventLoop loop;
    rpc::Caller caller{loop, config};
    const std::string params = body();
    int begun = 0;
    int answered = 0;
    Clock::time_point start;
    std::function<void()> next;
    const auto done = [&](rpc::Result&& result) {
        if (!result.ok())
            std::abort();
        if (++answered == calls)
            loop.stop();
        else if (begun < calls)
            next();
    };
    next = [&] {
        ++begun;
        caller.call("bench", "echo", params, std::chrono::seconds{10}, done);
    };
    // The first one finds the service, and waits for it where it must.
    std::function<void(rpc::Result &&)> first = [&](rpc::Result&& result) {
        if (!result.ok()) {
            caller.call("bench", "echo", params, std::chrono::seconds{10}, first);
            return;
        }
        start = Clock::now();
        for (int i = 0; i < at_once; ++i)
            next();
    };
    caller.open();
    caller.call("bench", "echo", params, std::chrono::seconds{10}, first);
    loop.run();
    return seconds_since(start) * 1e6 / calls;
}

} // namespace

int main(int argc, char** argv) {
    const int calls = argc > 1 ? std::atoi(argv[1]) : 5'000;
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
    const support::RedisServer server;
    const redis::Config config = redis::config_from_url(base::Url::parse(server.url()));
    std::vector<double> bare;
    std::vector<double> ours;
    std::vector<double> ratios;
    std::vector<double> many;
    for (int round = 0; round < rounds; ++round) {
        bare.push_back(bare_round_trip(server, calls));
        const Echo echo{config};
        ours.push_back(call_time(config, calls, 1));
        ratios.push_back(ours.back() / bare.back());
        many.push_back(1e6 / call_time(config, calls * 4, 64));
    }
    std::printf("call: %.0f us, bare Pub/Sub round trip %.0f us: %.2fx (goal <= 1.5x)\n",
                median(ours), median(bare), median(ratios));
    std::printf("calls, 64 at once: %.0f/s\n", median(many));
}
