#include "registry_fixture.hpp"
#include "sql/session.hpp"
#include "support/eventually.hpp"
#include "support/process.hpp"

#include <csignal>
#include <set>
#include <sstream>
#include <sys/resource.h>
#include <thread>

using registry::Options;
using test::at;
using test::Running;
using namespace std::chrono_literals;
using Ports = std::vector<int>;

TEST_CASE("registry: a ping is located once it is answered, and after a restart") {
    ON_EACH_DATABASE(url);
    {
        Running registry{url};
        CHECK(registry.ping(at("svc.a", 1)).empty());
        CHECK(registry.ping(at("svc.b", 2)).empty());
        CHECK(registry.ports("svc.*") == Ports{1, 2});
        CHECK(registry.ping(at("SVC.C", 2)).empty());
        CHECK(registry.ports("svc.c") == Ports{2});
        CHECK(registry.ports("svc.b").empty());
    }
    Running registry{url};
    CHECK(registry.ports("*") == Ports{1, 2});
    CHECK(registry.deregister(at("svc.a", 1)));
    CHECK_FALSE(registry.deregister(at("svc.a", 1)));
    CHECK(registry.ports("*") == Ports{2});
}

TEST_CASE("registry: it works in memory") {
    Running registry{"sqlite:///:memory:"};
    CHECK(registry.ping(at("a", 1)).empty());
    CHECK(registry.ports("a") == Ports{1});
}

TEST_CASE("registry: pings that come together share transactions") {
    ON_EACH_DATABASE(url);
    Running registry{url};
    int answered = 0;
    for (std::uint16_t port = 1; port <= 2000; ++port)
        registry->ping(at("many", port), [&](const std::exception_ptr& error) {
            CHECK_FALSE(error);
            ++answered;
        });
    bool idle = false;
    registry->idle([&] { idle = true; });
    CHECK(registry.until([&] { return idle; }));
    CHECK(answered == 2000);
    CHECK(registry.ports("many").size() == 2000);
    CHECK(registry->stats().commits < 500);
    CHECK(registry->stats().pings == 2000);
}

TEST_CASE("registry: several on one database see each other's services") {
    ON_EACH_DATABASE(url);
    Running one{url};
    Running other{url};
    CHECK(one.ping(at("a", 1)).empty());
    CHECK(other.until([&] { return other.ports("a") == Ports{1}; }));
    CHECK(other.ping(at("b", 2)).empty());
    CHECK(other.deregister(at("a", 1)));
    CHECK(one.until([&] { return one.ports("*") == Ports{2}; }));
    CHECK(one.ping(at("a", 1)).empty());
    CHECK(other.until([&] { return other.ports("*") == Ports{1, 2}; }));
}

TEST_CASE("registry: a watch is told of what appears, leaves and dies") {
    auto options = test::options(test::fresh_sqlite());
    options.ttl = 300ms;
    Running registry{options};
    int told = 0;
    int others = 0;
    const auto watch = registry->watch("svc.*", [&] { ++told; });
    auto other = registry->watch("elsewhere", [&] { ++others; });
    CHECK(registry.ping(at("svc.a", 1)).empty());
    CHECK(told == 1);
    CHECK(registry.until([&] { return told == 2; }));
    CHECK(registry.ports("svc.a").empty());
    CHECK(registry.ping(at("svc.a", 1)).empty());
    CHECK(registry.deregister(at("svc.a", 1)));
    CHECK(told == 4);
    other.reset();
    CHECK(registry.ping(at("elsewhere", 2)).empty());
    CHECK(others == 0);
}

TEST_CASE("registry: what must not be registered is refused at once") {
    Running registry{"sqlite://"};
    CHECK_THROWS_AS(registry->ping(at("", 1), [](const auto&) {}), base::Error);
}

TEST_CASE("registry: another registry whose clock is wrong does not make its services dead") {
    const std::string url = test::fresh_sqlite();
    Running registry{url};
    CHECK(registry.ping(at("a", 1)).empty());
    CHECK(registry.ping(at("b", 2)).empty());
    // As a registry whose clock is an hour behind, and one whose clock is ahead, renew them.
    sql::Session other{sql::DatabaseUrl::parse(url), false};
    other.begin();
    other.execute("UPDATE servreg_state SET version = version + 1");
    other.execute("UPDATE servreg_instances SET version = (SELECT version FROM servreg_state),"
                  " last_seen = last_seen + CASE port WHEN 1 THEN -3600000 ELSE 3600000 END");
    other.commit();
    const auto renewed = [&] {
        const auto instance = registry->find("127.0.0.1:1");
        return instance && instance->last_seen_ms < instance->first_seen_ms;
    };
    CHECK(registry.until(renewed));
    CHECK(registry.ports("*") == Ports{1, 2});
}

TEST_CASE("registry: after a start the time in a row counts, and one in the future is now") {
    const std::string url = test::fresh_sqlite();
    {
        Running registry{url};
        CHECK(registry.ping(at("old", 1)).empty());
        CHECK(registry.ping(at("ahead", 2)).empty());
    }
    sql::Session session{sql::DatabaseUrl::parse(url), false};
    session.execute("UPDATE servreg_instances SET last_seen = last_seen +"
                    " CASE port WHEN 1 THEN -61000 ELSE 3600000 END");
    auto options = test::options(url);
    Running registry{options};
    CHECK(registry.ports("*") == Ports{2});
    CHECK(registry->list("*").size() == 2);
}

TEST_CASE("registry: what has long been dead is deleted, from the database too") {
    const std::string url = test::fresh_sqlite();
    {
        Running registry{url};
        CHECK(registry.ping(at("old", 1)).empty());
        CHECK(registry.ping(at("new", 2)).empty());
    }
    sql::Session session{sql::DatabaseUrl::parse(url), false};
    session.execute("UPDATE servreg_instances SET last_seen = 1000 WHERE port = 1");
    Running registry{url};
    CHECK(registry.until([&] { return registry->list("*").size() == 1; }));
    CHECK(session.integer("SELECT COUNT(*) FROM servreg_instances") == 1);
}

TEST_CASE("registry: while very many of the long dead are deleted, pings are answered") {
    const int dead = std::getenv("BAND_SOAK") == nullptr ? 100'000 : 1'000'000;
    const auto options = test::options(test::fresh_sqlite());
    { Running registry{options}; }
    sql::Session session{options.database, false};
    session.begin();
    session.execute("WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < " +
                    std::to_string(dead) +
                    ") INSERT INTO servreg_instances SELECT n, 'http://h/' || n, 'dead', '', 0,"
                    " 1000, 1000, 0, 0 FROM i");
    session.execute("UPDATE servreg_state SET next_id = 10000000, version = version + 1");
    session.commit();
    const auto left = [&] {
        return session.integer("SELECT COUNT(*) FROM servreg_instances WHERE name = 'dead'");
    };
    Running registry{options};
    bool in_between = false;
    for (std::int64_t rows = dead; rows > 0;) {
        CHECK(registry.ping(at("alive", 1)).empty());
        rows = left();
        in_between = in_between || (rows > 0 && rows < dead);
    }
    CHECK(in_between);
    CHECK(registry.until([&] { return registry->list("*").size() == 1; }, 300s));
}

TEST_CASE("registry: a connection that an administrator ends is made anew, and no ping is lost") {
    Running registry{test::postgres().make_database(test::fresh_name())};
    for (std::uint16_t port = 1; port <= 5; ++port) {
        test::postgres().terminate_backends();
        CHECK(registry.ping(at("a", port)).empty());
    }
    CHECK(registry.ports("a").size() == 5);
    CHECK_FALSE(registry->stale());
}

TEST_CASE(
    "registry: while its server is away it locates, refuses pings, and comes back by itself") {
    support::DatabaseServer* server = nullptr;
    SUBCASE("PostgreSQL") {
        server = &test::postgres();
    }
    SUBCASE("MariaDB") {
        server = &test::mariadb();
    }
    auto options = test::options(server->make_database(test::fresh_name()));
    options.ttl = 2s;
    Running registry{options};
    CHECK(registry.ping(at("a", 1)).empty());
    server->kill9();
    CHECK(registry.until([&] { return registry->stale(); }));
    const std::string refused = registry.ping(at("b", 2));
    CAPTURE(refused);
    CHECK(refused.starts_with("the registry's storage: "));
    CHECK_FALSE(registry->stats().trouble.empty());
    // Nobody's time runs out meanwhile.
    CHECK(registry.until([&] { return registry->stats().stale_for > 2500ms; }));
    CHECK(registry.ports("a") == Ports{1});
    server->start();
    CHECK(registry.until([&] { return !registry->stale(); }));
    CHECK(registry.ports("*") == Ports{1});
    CHECK(registry.ping(at("b", 2)).empty());
    CHECK(registry.ports("*") == Ports{1, 2});
}

TEST_CASE("registry: a server that hangs keeps no ping waiting for ever") {
    auto options = test::options(test::postgres().make_database(test::fresh_name()));
    options.answer_within = 500ms;
    Running registry{options};
    CHECK(registry.ping(at("a", 1)).empty());
    sql::Session locker{options.database, false};
    locker.begin();
    locker.execute("UPDATE servreg_state SET version = version");
    const std::string refused = registry.ping(at("b", 2));
    CHECK(refused.find("does not answer in time") != std::string::npos);
    CHECK(registry->stale());
    CHECK(registry.ports("a") == Ports{1});
    locker.rollback();
    CHECK(registry.until([&] { return !registry->stale(); }));
    CHECK(registry.ping(at("b", 2)).empty());
}

TEST_CASE("registry: a SQLite file that another process has locked is waited for, then refused") {
    const std::string url = test::fresh_sqlite();
    Running registry{url};
    CHECK(registry.ping(at("a", 1)).empty());
    sql::Session locker{sql::DatabaseUrl::parse(url), false};
    locker.begin();
    const std::string refused = registry.ping(at("b", 2));
    CAPTURE(refused);
    CHECK(refused.find("locked") != std::string::npos);
    CHECK(registry->stale());
    CHECK(registry.ports("*") == Ports{1});
    locker.rollback();
    CHECK(registry.until([&] { return !registry->stale(); }));
    CHECK(registry.ping(at("b", 2)).empty());
}

namespace {

/// Every file of this process stops growing at its present size, or a little above, as on a full
/// disk.
class FullDisk {
public:
    FullDisk() {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before_);
        rlimit full = before_;
        full.rlim_cur = 4096;
        setrlimit(RLIMIT_FSIZE, &full);
    }
    ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

private:
    rlimit before_{};
};

} // namespace

TEST_CASE("registry: a full disk refuses pings, and they are taken when there is room again") {
    Running registry{test::fresh_sqlite()};
    CHECK(registry.ping(at("a", 1)).empty());
    {
        const FullDisk full;
        CHECK_FALSE(registry.ping(at("b", 2)).empty());
        CHECK(registry->stale());
        CHECK(registry.ports("*") == Ports{1});
    }
    CHECK(registry.until([&] { return !registry->stale(); }));
    CHECK(registry.ping(at("b", 2)).empty());
    CHECK(registry.ports("*") == Ports{1, 2});
}

TEST_CASE("registry: what the database itself refuses fails alone") {
    const std::string url = test::fresh_sqlite();
    Running registry{url};
    sql::Session session{sql::DatabaseUrl::parse(url), false};
    session.execute("CREATE TRIGGER picky BEFORE INSERT ON servreg_instances WHEN NEW.port = 20"
                    " BEGIN SELECT RAISE(ABORT, 'picky constraint failed'); END");
    std::vector<std::string> failures;
    int stored = 0;
    for (std::uint16_t port = 1; port <= 50; ++port)
        registry->ping(at("a", port), [&](const std::exception_ptr& error) {
            if (error)
                failures.push_back(Running::text_of(error));
            else
                ++stored;
        });
    CHECK(registry.until([&] { return stored + failures.size() == 50; }));
    REQUIRE(failures.size() == 1);
    CAPTURE(failures[0]);
    CHECK(failures[0].starts_with("the database: "));
    CHECK(failures[0].ends_with("picky constraint failed"));
    CHECK(registry.until([&] { return registry.ports("a").size() == 49; }));
    CHECK_FALSE(registry->stale());
}

TEST_CASE("registry: too many waiting pings are refused rather than kept") {
    auto options = test::options(test::fresh_sqlite());
    options.most_waiting = 10;
    Running registry{options};
    sql::Session locker{options.database, false};
    locker.begin();
    int refused = 0;
    for (std::uint16_t port = 1; port <= 2000; ++port)
        try {
            registry->ping(at("a", port), [](const auto&) {});
        } catch (const base::Error& error) {
            CHECK(error.kind() == base::ErrorKind::unavailable);
            ++refused;
        }
    CHECK(refused > 900);
    locker.rollback();
    bool idle = false;
    registry->idle([&] { idle = true; });
    CHECK(registry.until([&] { return idle; }));
}

TEST_CASE("registry: without its database it waits, then says so") {
    auto options = test::options("postgresql://postgres@/nowhere?host=/nonexistent");
    options.start_patience = 300ms;
    try {
        Running registry{options};
        FAIL("opened");
    } catch (const base::Error& error) {
        CHECK(error.kind() == base::ErrorKind::unavailable);
    }
}

TEST_CASE("registry: it waits at its start for a server that comes up late") {
    auto& server = test::mariadb();
    const std::string url = server.make_database(test::fresh_name());
    server.kill9();
    std::string why = "not open";
    std::thread waiting{[&] { why = Running{url}.ping(at("a", 1)); }};
    server.start();
    waiting.join();
    CHECK(why.empty());
}

TEST_CASE("registry: killed while it is pinged, it has every ping that it has answered") {
    const int kills = std::getenv("BAND_SOAK") == nullptr ? 5 : 50;
    const std::string url = test::fresh_sqlite();
    std::size_t answered = 0;
    for (int round = 0; round < kills; ++round) {
        support::Process pinger{{REGISTRY_PINGER, url, "round" + std::to_string(round)}};
        REQUIRE(pinger.wait_for_out("\n300\n"));
        pinger.signal(SIGKILL);
        REQUIRE(pinger.wait(10s));
        std::istringstream lines{pinger.out().substr(0, pinger.out().rfind('\n') + 1)};
        Running registry{url};
        const auto found = registry.ports("round" + std::to_string(round));
        const std::set<int> stored{found.begin(), found.end()};
        for (int port = 0; lines >> port; ++answered)
            CHECK_MESSAGE(stored.contains(port), "round ", round, " port ", port);
    }
    CHECK(answered >= static_cast<std::size_t>(kills) * 300);
    sql::Session session{sql::DatabaseUrl::parse(url), false};
    CHECK(session.integer("SELECT COUNT(*) FROM pragma_integrity_check"
                          " WHERE integrity_check = 'ok'") == 1);
}
