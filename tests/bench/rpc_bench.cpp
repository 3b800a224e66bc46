// Calls over Band RPC against a bare round trip over Redis Pub/Sub, in one run: prints both
// figures, the ratio, and the goal.
//
//   rpc_bench [CALLS] [ROUNDS]
#include "base/url.hpp"
#include "bench/bare.hpp"
#include "loop/event_loop.hpp"
#include "loop/mailbox.hpp"
#include "redis/config.hpp"
#include "rpc/callee.hpp"
#include "rpc/caller.hpp"

#include <atomic>
#include <cstdio>
#include <thread>

using namespace bench;

namespace {

/// Sends what comes to the channel "there" back to "here", until that is "stop".
void bare_echo(const support::RedisServer& server) {
    Bare in{server};
    Bare out{server};
    in.call({"SUBSCRIBE", "there"});
    while (true) {
        const auto message = in.next();
        const std::string text{message->element[2]->str, message->element[2]->len};
        if (text == "stop")
            return;
        out.call({"PUBLISH", "here", text});
    }
}

/// The time of one round trip, in µs.
double bare_round_trip(const support::RedisServer& server, int calls) {
    std::thread responder{[&] { bare_echo(server); }};
    Bare in{server};
    Bare out{server};
    in.call({"SUBSCRIBE", "here"});
    const std::string text = body();
    while (out.call({"PUBLISH", "there", text})->integer == 0)
        std::this_thread::yield();
    in.next();
    const auto start = Clock::now();
    for (int i = 0; i < calls; ++i) {
        out.call({"PUBLISH", "there", text});
        in.next();
    }
    const double time = seconds_since(start) * 1e6 / calls;
    out.call({"PUBLISH", "there", "stop"});
    responder.join();
    return time;
}

struct Silent final : rpc::CalleeObserver {};

/// A service on a thread of its own.
class Echo {
public:
    explicit Echo(const redis::Config& config)
        : mailbox_(loop_), callee_(loop_, config, {.name = "bench"}, silent_) {
        callee_.expose({"echo"}, [](const rpc::IncomingCall& call, rpc::Answer answer) {
            answer.result(call.params);
        });
        callee_.open();
        thread_ = std::thread{[this] { loop_.run(); }};
    }
    ~Echo() {
        mailbox_.post([this] { loop_.stop(); });
        thread_.join();
    }

private:
    loop::EventLoop loop_;
    loop::Mailbox mailbox_;
    Silent silent_;
    rpc::Callee callee_;
    std::thread thread_;
};

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
