// servreg as processes that are killed, and several of them on one database.
#include "base/error.hpp"
#include "registry/client.hpp"
#include "registry/store.hpp"
#include "registry_fixture.hpp"
#include "support/eventually.hpp"
#include "support/process.hpp"

#include <atomic>
#include <csignal>
#include <optional>
#include <set>
#include <thread>

using base::Deadline;
using registry::Client;
using namespace std::chrono_literals;

namespace {

/// A servreg on a Unix socket, which can be killed and started again.
class Program {
public:
    explicit Program(std::string database) : database_(std::move(database)) { start(); }

    void start() {
        process_.emplace(std::vector<std::string>{
            std::getenv("SERVREG"), "-v", "--port", "0", "--unix-socket", socket(), "--dburl",
            database_, "--accesslog", "", "--max-requests", "1000000000", "--refresh", "50ms"});
        if (!process_->wait_for_err("listening on", 30s))
            throw std::runtime_error("servreg does not start: " + process_->err());
    }
    void kill9() {
        process_->signal(SIGKILL);
        process_->wait(10s);
    }
    [[nodiscard]] std::string url() const { return "unix://" + socket(); }

private:
    [[nodiscard]] std::string socket() const { return directory_.path() / "servreg.sock"; }

    support::TempDirectory directory_;
    std::string database_;
    std::optional<support::Process> process_;
};

registry::Instance at_url(int i) {
    return {.name = "many", .url = "http://h/" + std::to_string(i)};
}

/// Registers one instance after the other, each until it is answered, and counts.
void ping_all(const std::string& url, int first, int step, int end, std::atomic<int>& answered) {
    Client client{url, {}};
    for (int i = first; i < end; i += step)
        for (bool done = false; !done;)
            try {
                client.ping(at_url(i), Deadline::after(10s));
                ++answered;
                done = true;
            } catch (const base::Error&) {
                std::this_thread::sleep_for(1ms); // it is being started again
            }
}

std::vector<int> ports(const std::string& url, std::string_view pattern) {
    Client client{url, {}};
    std::vector<int> found;
    for (const auto& instance : client.locate(pattern, Deadline::after(10s)))
        found.push_back(instance.port);
    return found;
}

} // namespace

TEST_CASE("servreg: killed again and again in the middle of many pings, it has all it answered") {
    const bool soak = std::getenv("BAND_SOAK") != nullptr;
    const int pings = soak ? 1'000'000 : 20'000;
    const int kills = soak ? 50 : 5;
    constexpr int clients = 16;
    const std::string database = test::fresh_sqlite();
    Program servreg{database};
    std::atomic<int> answered = 0;
    std::vector<std::thread> threads;
    for (int client = 0; client < clients; ++client)
        threads.emplace_back(
            [&, client] { ping_all(servreg.url(), client, clients, pings, answered); });
    for (int kill = 1; kill <= kills; ++kill) {
        const int mark = pings / (kills + 1) * kill;
        CHECK(support::eventually(600s, [&] { return answered >= mark; }));
        servreg.kill9();
        // What was answered before the kill is in the file, whatever comes later.
        const int at_least = answered - clients; // some may have been counted a moment late
        registry::Store store{sql::DatabaseUrl::parse(database), false};
        int stored = 0;
        store.read_changes([&](registry::Row&&) { ++stored; });
        CHECK(stored >= at_least);
        servreg.start();
    }
    for (auto& thread : threads)
        thread.join();
    servreg.kill9();
    std::set<std::string> stored;
    registry::Store store{sql::DatabaseUrl::parse(database), false};
    store.read_changes([&](registry::Row&& row) { stored.insert(std::move(row.address)); });
    CHECK(stored.size() == static_cast<std::size_t>(pings));
    sql::Session session{sql::DatabaseUrl::parse(database), false};
    CHECK(session.integer("SELECT COUNT(*) FROM pragma_integrity_check"
                          " WHERE integrity_check = 'ok'") == 1);
}

TEST_CASE("servreg: two on one database are one registry, and one of them is enough") {
    ON_EACH_DATABASE(url);
    Program one{url};
    Program other{url};
    Client to_one{one.url(), {}};
    Client to_other{other.url(), {}};
    to_one.ping(test::at("svc.a", 1), Deadline::after(10s));
    to_other.ping(test::at("svc.b", 2), Deadline::after(10s));
    for (const auto* program : {&one, &other})
        CHECK(support::eventually(10s, [&] {
            return ports(program->url(), "svc.*") == std::vector<int>{1, 2};
        }));
    CHECK(to_other.deregister(test::at("svc.a", 1), Deadline::after(10s)));
    CHECK(support::eventually(10s, [&] { return ports(one.url(), "svc.a").empty(); }));
    one.kill9();
    to_other.ping(test::at("svc.c", 3), Deadline::after(10s));
    one.start();
    CHECK(ports(one.url(), "*") == std::vector<int>{2, 3});
}

TEST_CASE("servreg: two on one database pinged by all at once have one row an address") {
    ON_EACH_DATABASE(url);
    Program one{url};
    Program other{url};
    std::atomic<int> answered = 0;
    std::vector<std::thread> threads;
    for (int client = 0; client < 8; ++client)
        threads.emplace_back([&, client] {
            ping_all(client % 2 == 0 ? one.url() : other.url(), 0, 1, 250, answered);
        });
    for (auto& thread : threads)
        thread.join();
    CHECK(answered == 2000);
    sql::Session session{sql::DatabaseUrl::parse(url), false};
    CHECK(session.integer("SELECT COUNT(*) FROM servreg_instances") == 250);
    for (const auto* program : {&one, &other})
        CHECK(
            support::eventually(10s, [&] { return ports(program->url(), "many").size() == 250; }));
}

TEST_CASE("servreg: while its PostgreSQL is restarted it answers 503, and goes on by itself") {
    Program servreg{test::postgres().make_database(test::fresh_name())};
    Client client{servreg.url(), {}};
    client.ping(test::at("a", 1), Deadline::after(10s));
    test::postgres().kill9();
    // The server's process behind our connection may outlive the others for a moment.
    CHECK(support::eventually(20s, [&] {
        try {
            client.ping(test::at("a", 1), Deadline::after(20s));
            return false;
        } catch (const base::Error& error) {
            CHECK(error.kind() == base::ErrorKind::unavailable);
            return true;
        }
    }));
    CHECK(ports(servreg.url(), "*") == std::vector<int>{1});
    test::postgres().start();
    CHECK(support::eventually(20s, [&] {
        try {
            client.ping(test::at("b", 2), Deadline::after(10s));
            return true;
        } catch (const base::Error&) {
            return false;
        }
    }));
    CHECK(ports(servreg.url(), "*") == std::vector<int>{1, 2});
}
