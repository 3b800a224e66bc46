// The Service class against bare loops over hiredis, in one run: prints both figures, the ratio,
// and the goal.
//
//   service_bench [ENTRIES] [ROUNDS]
#include "bench/bare.hpp"
#include "bus/bus.hpp"
#include "service/service.hpp"
#include "support/redis_server.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace bench;

namespace {

void fill(Bare& redis, int count) {
    redis.call({"DEL", "band:events:{Work}"});
    redis.call({"XGROUP", "CREATE", "band:events:{Work}", "bench", "0", "MKSTREAM"});
    redis.call({"EVAL",
                "for i = 1, ARGV[1] do redis.call('XADD', KEYS[1], '*', 'body', ARGV[2], "
                "'conversation_id', '0123456789abcdef') end",
                "1", "band:events:{Work}", std::to_string(count), body()});
}

/// Reads and acknowledges everything in the stream.
double bare_consume(const support::RedisServer& server, int count) {
    Bare redis{server};
    const auto start = Clock::now();
    int left = count;
    while (left > 0) {
        const auto reply = redis.call({"XREADGROUP", "GROUP", "bench", "bare", "COUNT", "100",
                                       "STREAMS", "band:events:{Work}", ">"});
        const redisReply* found = reply->element[0]->element[1];
        std::vector<std::string> acknowledge{"XACK", "band:events:{Work}", "bench"};
        for (std::size_t i = 0; i < found->elements; ++i)
            acknowledge.emplace_back(found->element[i]->element[0]->str,
                                     found->element[i]->element[0]->len);
        redis.call(acknowledge);
        left -= static_cast<int>(found->elements);
    }
    return seconds_since(start);
}

class Silent final : public bus::Observer {
public:
    void on_waiting(const base::Error&, std::chrono::milliseconds, int) override {}
    void on_recovered() override {}
    void on_warning(const std::string& text) override {
        std::fprintf(stderr, "%s\n", text.c_str());
    }
};

class Bench : public service::Service {
public:
    Bench() : Service("bench") {
        subscribe_events("Work", [this](const message::Message&) {
            if (++handled == wanted)
                kill(getpid(), SIGTERM); // the bench ends with the last acknowledgement
        });
        subscribe_commands("echo", [](const message::Message& command) {
            return service::Outcome::ok(command.body);
        });
    }
    void serve(const support::RedisServer& server) {
        bus::BusOptions options;
        options.url = server.url();
        Silent silent;
        run(*bus::Bus::open(options), {}, silent);
    }

    int handled = 0;
    int wanted = 0;
    std::atomic<bool> ready = false;

private:
    void on_ready() override { ready = true; }
};

double service_consume(const support::RedisServer& server, int count) {
    Bench bench;
    bench.wanted = count;
    const auto start = Clock::now();
    bench.serve(server);
    return seconds_since(start);
}

/// Sends commands one after another and waits for each result: the median time of one, in µs.
double round_trips(const support::RedisServer& server, int calls) {
    Bare redis{server};
    redis.call({"DEL", "band:commands:{me}"});
    std::vector<double> times;
    std::string last = "0-0";
    for (int i = 0; i < calls; ++i) {
        const auto start = Clock::now();
        redis.append({"XADD", "band:commands:{bench}", "*", "body", body(), "routing_key",
                      "bench.echo", "conversation_id", "0123456789abcdef", "reply_to", "me.return",
                      "correlation_id", std::to_string(i)});
        redis.append({"XREAD", "BLOCK", "0", "STREAMS", "band:commands:{me}", last});
        redis.next();
        const auto reply = redis.next();
        last = reply->element[0]->element[1]->element[0]->element[0]->str;
        times.push_back(seconds_since(start) * 1e6);
    }
    return median(times);
}

/// Answers commands until one says "stop".
void bare_echo(const support::RedisServer& server) {
    Bare redis{server};
    redis.call({"XGROUP", "CREATE", "band:commands:{bench}", "bench", "$", "MKSTREAM"});
    while (true) {
        const auto reply = redis.call({"XREADGROUP", "GROUP", "bench", "bare", "COUNT", "100",
                                       "BLOCK", "0", "STREAMS", "band:commands:{bench}", ">"});
        const redisReply* entry = reply->element[0]->element[1]->element[0];
        const redisReply* fields = entry->element[1];
        const std::string id = entry->element[0]->str;
        const std::string text{fields->element[1]->str, fields->element[1]->len};
        if (text == "stop")
            return;
        redis.append({"XADD", "band:commands:{me}", "*", "body", text, "routing_key", "me.return",
                      "correlation_id", fields->element[9]->str, "status", "success"});
        redis.append({"XACK", "band:commands:{bench}", "bench", id});
        redis.next();
        redis.next();
    }
}

double bare_round_trip(int calls) {
    const support::RedisServer server;
    std::thread responder{[&] { bare_echo(server); }};
    Bare redis{server};
    while (redis.call({"EXISTS", "band:commands:{bench}"})->integer == 0)
        std::this_thread::yield();
    const double time = round_trips(server, calls);
    redis.call({"XADD", "band:commands:{bench}", "*", "body", "stop"});
    responder.join();
    return time;
}

double service_round_trip(int calls) {
    const support::RedisServer server;
    Bench bench;
    std::thread responder{[&] { bench.serve(server); }};
    while (!bench.ready)
        std::this_thread::yield();
    const double time = round_trips(server, calls);
    kill(getpid(), SIGTERM);
    responder.join();
    return time;
}

} // namespace

int main(int argc, char** argv) {
    const int count = argc > 1 ? std::atoi(argv[1]) : 200'000;
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
    std::vector<double> bare;
    std::vector<double> ours;
    std::vector<double> ratios;
    {
        const support::RedisServer server;
        Bare redis{server};
        for (int round = 0; round < rounds; ++round) {
            fill(redis, count);
            bare.push_back(count / bare_consume(server, count));
            fill(redis, count);
            ours.push_back(count / service_consume(server, count));
            ratios.push_back(ours.back() / bare.back());
        }
    }
    std::printf(
        "read, handle, acknowledge: Service %.0f/s, bare loop %.0f/s: %.2fx (goal >= 0.8x)\n",
        median(ours), median(bare), median(ratios));
    bare.clear();
    ours.clear();
    ratios.clear();
    for (int round = 0; round < rounds; ++round) {
        bare.push_back(bare_round_trip(count / 40));
        ours.push_back(service_round_trip(count / 40));
        ratios.push_back(ours.back() / bare.back());
    }
    std::printf("command round trip: Service %.0f us, bare Streams %.0f us: %.2fx (goal <= 1.3x)\n",
                median(ours), median(bare), median(ratios));
}
