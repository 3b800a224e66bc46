#pragma once

#include "bench/bare.hpp"
#include "loop/event_loop.hpp"
#include "loop/mailbox.hpp"
#include "redis/config.hpp"
#include "rpc/callee.hpp"

#include <string>
#include <thread>

namespace bench {

/// Sends what comes to the channel "there" back to "here", until that is "stop".
inline void bare_echo(const support::RedisServer& server) {
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
inline double bare_round_trip(const support::RedisServer& server, int calls) {
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

} // namespace bench
