// What a program in between costs: a Service that answers commands itself, against attach_service
// with a program that does, in turn; and how many events a second go through 4 workers.
//
//     attach_bench ATTACH_SERVICE    (the goals are a round trip of at most 1.5x, and 30,000
//     events)
#include "bus/bus.hpp"
#include "service/run_main.hpp"
#include "support/process.hpp"
#include "support/redis_client.hpp"
#include "support/redis_server.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using support::Process;
using support::RedisServer;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

class Direct : public service::Service {
public:
    Direct() : Service("direct") {
        subscribe_commands("echo", [](const message::Message& command) {
            return service::Outcome::ok(command.body);
        });
    }
    void on_ready() override { std::fputs("ready\n", stderr); }
};

/// The program behind attach_service: answers each line with the least there is.
int answer_lines() {
    char chunk[65536];
    for (ssize_t count = 0; (count = ::read(STDIN_FILENO, chunk, sizeof chunk)) > 0;) {
        std::string answers;
        for (const char byte : std::string_view{chunk, static_cast<std::size_t>(count)})
            if (byte == '\n')
                answers += "{\"payload\":[1,2,3]}\n";
        if (::write(STDOUT_FILENO, answers.data(), answers.size()) < 0)
            return 1;
    }
    return 0;
}

std::unique_ptr<bus::Bus> open_bus(const RedisServer& server) {
    bus::BusOptions options;
    options.url = server.unix_url();
    return bus::Bus::open(options);
}

double round_trips(bus::Requester& requester, const std::string& key, int count) {
    const auto start = Clock::now();
    for (int i = 0; i < count; ++i) {
        message::Message command;
        command.kind = message::Kind::command;
        command.routing_key = key;
        command.body = "[1,2,3]";
        command.conversation_id = "bench";
        static_cast<void>(requester.request(command, {}));
    }
    return seconds_since(start) / count * 1e6;
}

void compare_round_trips(const RedisServer& server, const std::string& self,
                         const std::string& attach_service) {
    Process direct{{self, "serve", server.unix_url()}};
    Process attached{{attach_service, "-v", server.unix_url(), "attached", "--", self, "answer"}};
    if (!direct.wait_for_err("ready") || !attached.wait_for_err("is attached"))
        throw std::runtime_error(direct.err() + attached.err());
    const auto bus = open_bus(server);
    const auto requester = bus->requester();
    std::vector<double> ratios;
    std::vector<double> times;
    std::vector<double> peers;
    for (int round = 0; round < 9; ++round) {
        peers.push_back(round_trips(*requester, "direct.echo", 1000));
        times.push_back(round_trips(*requester, "attached.echo", 1000));
        ratios.push_back(times.back() / peers.back());
    }
    for (std::vector<double>* figures : {&ratios, &times, &peers})
        std::ranges::sort(*figures);
    std::printf("round trip: %.0f us attached, %.0f us direct, ratio %.2f (goal 1.50)\n", times[4],
                peers[4], ratios[4]);
    for (Process* process : {&direct, &attached}) {
        process->signal(SIGTERM);
        process->wait();
    }
}

void measure_events(const RedisServer& server, const std::string& self,
                    const std::string& attach_service, const std::string& in_flight) {
    constexpr int count = 150'000;
    const std::string name = "events" + in_flight;
    Process attached{{attach_service, "-v", server.unix_url(), name, "--events", "E" + in_flight,
                      "--workers", "4", "--in-flight", in_flight, "--", self, "answer"}};
    if (!attached.wait_for_err("is attached"))
        throw std::runtime_error(attached.err());
    const auto bus = open_bus(server);
    attached.pause();
    const auto publisher = bus->publisher({});
    for (int i = 0; i < count; ++i) {
        message::Message event;
        event.routing_key = "E" + in_flight;
        event.body = R"({"order":12345,"customer":"Ada Lovelace","amount":12.5,"items":["tea"]})";
        event.conversation_id = "bench-" + std::to_string(i);
        publisher->publish(event);
    }
    publisher->flush();
    support::Redis redis{server};
    const auto start = Clock::now();
    attached.signal(SIGCONT);
    const std::string key = "band:events:{E" + in_flight + "}";
    for (bool done = false; !done;) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        const auto group = redis.command({"XINFO", "GROUPS", key}).elements.at(0);
        done = group.elements.at(5).integer == 0 && group.elements.at(11).integer == 0;
    }
    std::printf("4 workers, %s in flight each: %.0f events/s (goal 30000)\n", in_flight.c_str(),
                count / seconds_since(start));
    attached.signal(SIGTERM);
    attached.wait();
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc > 1 ? argv[1] : "";
    if (what == "answer")
        return answer_lines();
    if (what == "serve") {
        Direct direct;
        return service::run_main(argc - 1, argv + 1, direct);
    }
    if (argc != 2) {
        std::fputs("usage: attach_bench ATTACH_SERVICE\n", stderr);
        return 2;
    }
    const std::string self = std::filesystem::read_symlink("/proc/self/exe");
    const RedisServer server;
    compare_round_trips(server, self, argv[1]);
    for (const char* in_flight : {"1", "16"})
        measure_events(server, self, argv[1], in_flight);
    return 0;
}
