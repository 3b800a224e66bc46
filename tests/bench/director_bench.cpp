// A director's /call over one kept HTTP connection against a bare round trip over Redis Pub/Sub,
// and its memory with 64 connections: prints both figures, the ratio, and the goals.
//
//   director_bench DIRECTOR [CALLS] [ROUNDS]
#include "base/url.hpp"
#include "bench/round_trip.hpp"
#include "http/client.hpp"
#include "support/process.hpp"
#include "support/temp_directory.hpp"

#include <cstdio>
#include <deque>
#include <fstream>
#include <unistd.h>

using namespace bench;

namespace {

std::string listening_on(support::Process& director) {
    if (!director.wait_for_err("listening on "))
        std::abort();
    const std::string& text = director.err();
    const std::size_t at = text.find(':', text.find("listening on ")) + 1;
    return "http://127.0.0.1:" + text.substr(at, text.find_first_not_of("0123456789", at) - at);
}

void call(http::Client& client, const http::Request& request) {
    if (client.send(request, base::Deadline::never()).status != 200)
        std::abort();
}

/// The time of one call, in µs.
double call_time(http::Client& client, const http::Request& request, int calls) {
    const auto start = Clock::now();
    for (int i = 0; i < calls; ++i)
        call(client, request);
    return seconds_since(start) * 1e6 / calls;
}

double resident_mib(pid_t pid) {
    std::ifstream statm{"/proc/" + std::to_string(pid) + "/statm"};
    double size = 0;
    double resident = 0;
    statm >> size >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

} // namespace

int main(int argc, char** argv) {
    const int calls = argc > 2 ? std::atoi(argv[2]) : 5'000;
    const int rounds = argc > 3 ? std::atoi(argv[3]) : 5;
    if (argc < 2)
        return 2;
    const support::RedisServer server;
    const support::TempDirectory folder;
    support::Process director{{argv[1], "-v", "--port", "0", "--max-requests", "1000000"},
                              {"BAND_BUS=" + server.url(), "BAND_IMAGES=" + folder.path().string(),
                               "BAND_TMUX_SOCKET=" + (folder.path() / "tmux").string(),
                               "XDG_STATE_HOME=" + folder.path().string(),
                               "XDG_RUNTIME_DIR=" + folder.path().string()}};
    const http::Endpoint endpoint = http::Endpoint::parse(listening_on(director));
    http::Request request{.method = "POST", .target = "/v2/call/bench/echo", .body = body()};
    request.headers.add("Content-Type", "application/json");

    std::vector<double> bare;
    std::vector<double> ours;
    std::vector<double> ratios;
    http::Client client{endpoint};
    for (int round = 0; round < rounds; ++round) {
        bare.push_back(bare_round_trip(server, calls));
        const Echo echo{redis::config_from_url(base::Url::parse(server.url()))};
        while (client.send(request, base::Deadline::never()).status != 200)
            std::this_thread::yield();
        ours.push_back(call_time(client, request, calls));
        ratios.push_back(ours.back() / bare.back());
    }
    std::printf("director /call: %.0f us, bare Pub/Sub round trip %.0f us: %.2fx (goal <= 1.5x)\n",
                median(ours), median(bare), median(ratios));

    const Echo echo{redis::config_from_url(base::Url::parse(server.url()))};
    while (client.send(request, base::Deadline::never()).status != 200)
        std::this_thread::yield();
    std::deque<http::Client> clients;
    for (int i = 0; i < 64; ++i) {
        clients.emplace_back(endpoint);
        for (int n = 0; n < 20; ++n)
            call(clients.back(), request);
    }
    std::printf("director, 64 connections: %.1f MiB (goal <= 10 MiB)\n",
                resident_mib(director.pid()));
}
