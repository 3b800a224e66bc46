// How fast servreg is told and asked, beside etcd (its JSON gateway) and a registry as one writes
// it in Python, in turn in one run; and what the number of rows does to it.
//
//     servreg_bench SERVREG STAND_IN
//
// Goals: ping and locate at least 3x etcd's put and get, and 30x the stand-in; a prefix costs the
// same among 1,000,000 services as among 10,000; 10 MiB at 64 connections.
#include "base/clock.hpp"
#include "bench/http_load.hpp"
#include "codec/base64.hpp"
#include "registry/store.hpp"
#include "support/eventually.hpp"
#include "support/process.hpp"
#include "support/socket.hpp"
#include "support/temp_directory.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>

namespace {

using namespace std::chrono_literals;
using support::Process;
using support::TempDirectory;

constexpr std::size_t services = 10'000;
constexpr int rounds = 3;
constexpr auto slice = 1500ms;

std::string name_of(std::size_t i) {
    char name[24];
    std::snprintf(name, sizeof name, "svc.%07zu", i);
    return name;
}

std::string host_of(std::size_t i) {
    return "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250);
}

/// Spreads the requests over all services, without an order.
std::size_t scattered(std::size_t n) {
    return n * 7919 % services;
}

/// A server under test.
class Server {
public:
    virtual ~Server() = default;
    [[nodiscard]] virtual std::string name() const = 0;
    [[nodiscard]] virtual std::string tell(std::size_t i) const = 0;
    [[nodiscard]] virtual std::string find(std::size_t i) const = 0;

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] long peak_kib(const char* field = "VmHWM:") const {
        std::ifstream status{"/proc/" + std::to_string(process_->pid()) + "/status"};
        for (std::string word; status >> word;)
            if (word == field && status >> word)
                return std::stol(word);
        return 0;
    }

protected:
    void start(const std::vector<std::string>& command, const std::string& probe) {
        process_.emplace(command);
        const bool up = support::eventually(120s, [&] {
            if (!process_->running())
                throw std::runtime_error(command.front() + " ended: " + process_->err());
            try {
                bench::ask(port_, probe);
                return true;
            } catch (const std::runtime_error&) {
                return false;
            }
        });
        if (!up)
            throw std::runtime_error(command.front() + " does not come up");
    }

    TempDirectory directory_;
    std::uint16_t port_ = support::free_port();

private:
    std::optional<Process> process_;
};

std::string call(std::string_view method, const std::string& params) {
    return bench::post("/api", R"({"jsonrpc": "2.0", "method": ")" + std::string{method} +
                                   R"(", "params": )" + params + R"(, "id": 1})");
}

std::string ping_of(std::size_t i) {
    return call("ping", "[\"" + name_of(i) + "\", \"" + host_of(i) + "\", 9000]");
}

std::string locate_of(const std::string& pattern) {
    return call("locate_service", "[\"" + pattern + "\"]");
}

class Servreg : public Server {
public:
    Servreg(const std::string& program, std::size_t rows, bool full = false) : full_(full) {
        const std::string url = "sqlite:///" + (directory_.path() / "servreg.db").string();
        fill(url, rows);
        std::vector<std::string> command{
            program, "--port", std::to_string(port_), "--dburl",   url, "--accesslog", "",
            "--ttl", "1h",     "--max-requests",      "1000000000"};
        if (full)
            command.emplace_back("--sync-full");
        start(command, locate_of("nobody"));
    }
    [[nodiscard]] std::string name() const override {
        return full_ ? "servreg --sync-full" : "servreg";
    }
    [[nodiscard]] std::string tell(std::size_t i) const override { return ping_of(i); }
    [[nodiscard]] std::string find(std::size_t i) const override { return locate_of(name_of(i)); }

private:
    static void fill(const std::string& url, std::size_t rows) {
        registry::Store store{sql::DatabaseUrl::parse(url), false};
        const std::int64_t now = base::unix_ms();
        for (std::size_t first = 0; first < rows; first += 50'000) {
            std::vector<registry::Change> batch;
            for (std::size_t i = first; i < std::min(rows, first + 50'000); ++i)
                batch.push_back({.instance = {.name = name_of(i), .host = host_of(i), .port = 9000},
                                 .at_ms = now});
            store.apply(batch);
        }
    }
    bool full_;
};

class Etcd : public Server {
public:
    Etcd() {
        const std::string client = "http://127.0.0.1:" + std::to_string(port_);
        const std::string peer = "http://127.0.0.1:" + std::to_string(support::free_port());
        start({"etcd", "--data-dir", directory_.path(), "--listen-client-urls", client,
               "--advertise-client-urls", client, "--listen-peer-urls", peer,
               "--initial-advertise-peer-urls", peer, "--initial-cluster", "default=" + peer,
               "--log-level", "error"},
              find(0));
        bench::load(port_, 64, 6s, [&, next = std::size_t{0}](std::size_t) mutable {
            return tell(next++ % services);
        });
    }
    [[nodiscard]] std::string name() const override { return "etcd"; }
    [[nodiscard]] std::string tell(std::size_t i) const override {
        return bench::post("/v3/kv/put", R"({"key": ")" + codec::to_base64(name_of(i)) +
                                             R"(", "value": ")" +
                                             codec::to_base64(host_of(i) + ":9000") + "\"}");
    }
    [[nodiscard]] std::string find(std::size_t i) const override {
        return bench::post("/v3/kv/range", R"({"key": ")" + codec::to_base64(name_of(i)) + "\"}");
    }
};

class StandIn : public Server {
public:
    explicit StandIn(const std::string& script) {
        start({script, std::to_string(port_), directory_.path() / "services.db",
               std::to_string(services)},
              locate_of("nobody"));
    }
    [[nodiscard]] std::string name() const override { return "tornado+SQLAlchemy"; }
    [[nodiscard]] std::string tell(std::size_t i) const override { return ping_of(i); }
    [[nodiscard]] std::string find(std::size_t i) const override { return locate_of(name_of(i)); }
};

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

bench::Load checked(const bench::Load& load) {
    if (load.failed > 0)
        throw std::runtime_error("a server refuses requests");
    return load;
}

struct Figures {
    double tell = 0;
    double find = 0;
};

/// Every server in turn, round after round.
std::map<const Server*, Figures> measure(const std::vector<const Server*>& servers,
                                         std::size_t connections) {
    std::map<const Server*, std::vector<double>> tell;
    std::map<const Server*, std::vector<double>> find;
    for (int round = 0; round < rounds; ++round)
        for (const Server* server : servers) {
            tell[server].push_back(
                checked(bench::load(server->port(), connections, slice, [&](std::size_t n) {
                    return server->tell(scattered(n));
                })).per_second);
            find[server].push_back(
                checked(bench::load(server->port(), connections, slice, [&](std::size_t n) {
                    return server->find(scattered(n));
                })).per_second);
        }
    std::map<const Server*, Figures> result;
    for (const Server* server : servers)
        result[server] = {median(tell[server]), median(find[server])};
    return result;
}

void goal(const char* what, double ratio, double wanted, bool at_most = false) {
    const bool met = at_most ? ratio <= wanted : ratio >= wanted;
    std::printf("  %-44s %8.2fx   goal %s %.2gx  %s\n", what, ratio, at_most ? "<=" : ">=", wanted,
                met ? "met" : "MISSED");
}

void compare(const std::string& servreg_program, const std::string& stand_in_script) {
    const Servreg servreg{servreg_program, services};
    const Servreg full{servreg_program, services, true};
    const Etcd etcd;
    const StandIn stand_in{stand_in_script};
    for (const std::size_t connections : {1, 16, 64}) {
        auto figures = measure({&servreg, &full, &etcd, &stand_in}, connections);
        std::printf("%zu connections, 10,000 services: requests per second, median of %d rounds\n",
                    connections, rounds);
        std::printf("  %-24s %12s %12s\n", "", "ping / put", "locate / get");
        for (const Server* server :
             std::initializer_list<const Server*>{&servreg, &full, &etcd, &stand_in})
            std::printf("  %-24s %12.0f %12.0f\n", server->name().c_str(), figures[server].tell,
                        figures[server].find);
        goal("ping against etcd's put", figures[&servreg].tell / figures[&etcd].tell, 3);
        goal("locate against etcd's get", figures[&servreg].find / figures[&etcd].find, 3);
        goal("ping against the stand-in", figures[&servreg].tell / figures[&stand_in].tell, 30);
        goal("locate against the stand-in", figures[&servreg].find / figures[&stand_in].find, 30);
    }
    std::printf("peak memory of servreg, 10,000 services, up to 64 connections: %ld KiB; goal <= "
                "10240  %s\n",
                servreg.peak_kib(), servreg.peak_kib() <= 10240 ? "met" : "MISSED");
}

void grow(const std::string& servreg_program) {
    const Servreg small{servreg_program, 10'000};
    const auto start = std::chrono::steady_clock::now();
    const Servreg large{servreg_program, 1'000'000};
    const std::chrono::duration<double> filled = std::chrono::steady_clock::now() - start;
    struct Query {
        const char* what;
        std::string pattern;
    };
    const std::array<Query, 4> queries{{{"exact name", "svc.0004711"},
                                        {"prefix, 10 answers", "svc.000471*"},
                                        {"prefix, 100 answers", "svc.00047*"},
                                        {"leading *, 1 or 100 answers", "*04711"}}};
    std::printf("10,000 and 1,000,000 services (stored and read in %.1f s): locates per second, 16 "
                "connections\n",
                filled.count());
    for (const auto& [what, pattern] : queries) {
        std::vector<double> few;
        std::vector<double> many;
        const auto request = [&](std::size_t) { return locate_of(pattern); };
        for (int round = 0; round < rounds; ++round) {
            few.push_back(checked(bench::load(small.port(), 16, 1s, request)).per_second);
            many.push_back(checked(bench::load(large.port(), 16, 1s, request)).per_second);
        }
        std::printf("  %-30s %10.0f %10.0f   cost %.2fx\n", what, median(few), median(many),
                    median(few) / median(many));
    }
    std::printf("  memory with 1,000,000 services: %ld MiB\n", large.peak_kib("VmRSS:") / 1024);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: servreg_bench SERVREG STAND_IN\n", stderr);
        return 2;
    }
    try {
        compare(argv[1], argv[2]);
        grow(argv[1]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "servreg_bench: %s\n", error.what());
        return 1;
    }
}
