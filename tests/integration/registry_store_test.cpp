#include "base/clock.hpp"
#include "registry/import.hpp"
#include "registry/store.hpp"
#include "registry_fixture.hpp"
#include "sql/session.hpp"

#include <barrier>
#include <mutex>
#include <set>
#include <thread>

using registry::Change;
using registry::Row;
using registry::Store;
using sql::DatabaseUrl;

namespace {

std::vector<Row> changes(Store& store) {
    std::vector<Row> rows;
    store.read_changes([&](Row&& row) { rows.push_back(std::move(row)); });
    return rows;
}

std::vector<Row> ping(Store& store, const std::string& name, std::uint16_t port,
                      std::int64_t at_ms = 1000) {
    std::vector<Change> wanted{{.instance = test::at(name, port), .at_ms = at_ms}};
    return store.apply(wanted);
}

} // namespace

TEST_CASE("store: what is put is there for the next one, in order of registration") {
    ON_EACH_DATABASE(url);
    const auto database = DatabaseUrl::parse(url);
    {
        Store store{database, false};
        const auto rows = ping(store, "caf\u00e9 '%_\\", 9001);
        REQUIRE(rows.size() == 1);
        CHECK(rows[0].id == 1);
        ping(store, "b", 9002, 2000);
        std::vector<Change> with_url{
            {.instance = {.name = "u", .url = "http://h:1/api"}, .at_ms = 3000}};
        store.apply(with_url);
        ping(store, "b", 9002, 4000);
    }
    Store store{database, true};
    const auto rows = changes(store);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].name == "caf\u00e9 '%_\\");
    CHECK(rows[0].address == "127.0.0.1:9001");
    CHECK(rows[1].first_seen_ms == 2000);
    CHECK(rows[1].last_seen_ms == 4000);
    CHECK(rows[2].address == "http://h:1/api");
    CHECK(rows[2].port == 0);
    CHECK(changes(store).empty());
}

TEST_CASE("store: an address has one row, whatever name it is pinged with") {
    ON_EACH_DATABASE(url);
    Store store{DatabaseUrl::parse(url), false};
    ping(store, "old", 1);
    ping(store, "new", 1);
    store.forget();
    const auto rows = changes(store);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].name == "new");
}

TEST_CASE("store: what others change is given once, and what oneself changes not again") {
    ON_EACH_DATABASE(url);
    Store one{DatabaseUrl::parse(url), false};
    Store other{DatabaseUrl::parse(url), false};
    CHECK(changes(one).empty());
    CHECK(changes(other).empty());
    ping(one, "a", 1);
    CHECK(changes(one).empty());
    CHECK(changes(other).size() == 1);
    CHECK(changes(other).empty());
    ping(one, "a", 1);
    CHECK_MESSAGE(ping(other, "b", 2).size() == 2, "the other's change comes with one's own");
    CHECK(changes(one).size() == 1);
}

TEST_CASE("store: what is removed is marked, and told to the others") {
    ON_EACH_DATABASE(url);
    Store one{DatabaseUrl::parse(url), false};
    Store other{DatabaseUrl::parse(url), false};
    ping(one, "a", 1);
    CHECK(changes(other).size() == 1);
    std::vector<Change> removal{{.instance = test::at("a", 1), .removal = true},
                                {.instance = test::at("a", 2), .removal = true}};
    one.apply(removal);
    CHECK(removal[0].known);
    CHECK_FALSE(removal[1].known);
    const auto rows = changes(other);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].gone);
    ping(other, "a", 1, 5000);
    const auto back = changes(one);
    REQUIRE(back.size() == 1);
    CHECK_FALSE(back[0].gone);
}

TEST_CASE("store: the long unseen are deleted") {
    ON_EACH_DATABASE(url);
    Store store{DatabaseUrl::parse(url), false};
    ping(store, "a", 1, 1000);
    ping(store, "b", 2, 2000);
    CHECK(store.expire(1, 2000) > 2);
    CHECK(store.expire(3, 2000) == 0);
    store.forget();
    const auto rows = changes(store);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].name == "b");
    CHECK_MESSAGE(ping(store, "a", 1, 3000).at(0).id == 3, "a new registration");
}

TEST_CASE("store: two of them racing through 10,000 pings leave one row an address") {
    ON_EACH_DATABASE(url);
    const auto database = DatabaseUrl::parse(url);
    constexpr int pings = 5000; // of each
    constexpr int addresses = 400;
    const auto race = [&] {
        Store store{database, false};
        for (int first = 0; first < pings; first += 50) {
            std::vector<Change> batch;
            for (int i = first; i < first + 50; ++i)
                batch.push_back({.instance = {.name = "racer",
                                              .url = "http://h/" + std::to_string(i % addresses)},
                                 .at_ms = i});
            store.apply(batch);
        }
    };
    std::thread one{race};
    std::thread other{race};
    one.join();
    other.join();
    Store store{database, false};
    std::set<std::string> found;
    const auto rows = changes(store);
    for (const Row& row : rows)
        found.insert(row.address);
    CHECK(rows.size() == addresses);
    CHECK(found.size() == addresses);
    CHECK(rows.back().id == addresses);
}

TEST_CASE("store: the tables may be made by several at once") {
    ON_EACH_DATABASE(url);
    const auto database = DatabaseUrl::parse(url);
    std::vector<std::thread> threads;
    for (std::uint16_t port = 1; port <= 4; ++port)
        threads.emplace_back([&database, port] {
            Store store{database, false};
            ping(store, "a", port);
        });
    for (auto& thread : threads)
        thread.join();
    Store store{database, false};
    CHECK(changes(store).size() == 4);
}

TEST_CASE("store: many that open a new SQLite file in the same moment wait for each other") {
    constexpr int openers = 6;
    std::mutex mutex;
    std::string refused;
    for (int round = 0; round < 20; ++round) {
        const auto database = DatabaseUrl::parse(test::fresh_sqlite());
        std::barrier together{openers};
        std::vector<std::jthread> threads;
        for (int i = 0; i < openers; ++i)
            threads.emplace_back([&] {
                together.arrive_and_wait();
                try {
                    const Store store{database, false};
                } catch (const base::Error& error) {
                    const std::lock_guard lock{mutex};
                    refused = error.what();
                }
            });
    }
    CAPTURE(refused);
    CHECK(refused.empty());
}

TEST_CASE("store: the rows of the original's table are taken over once") {
    ON_EACH_DATABASE(url);
    const auto database = DatabaseUrl::parse(url);
    sql::Session session{database, false};
    const std::string time = url.starts_with("postgresql") ? "TIMESTAMP" : "DATETIME";
    session.execute("CREATE TABLE servreg_services (id INTEGER NOT NULL PRIMARY KEY,"
                    " name VARCHAR(200), host VARCHAR(200), port INTEGER, first_seen " +
                    time + ", last_seen " + time + ")");
    session.execute("INSERT INTO servreg_services VALUES"
                    " (7, 'svc.a', '10.0.0.1', 80, '2026-11-20 23:53:53.527103',"
                    " '2026-11-21 01:02:03.400000'),"
                    " (9, 'bad', 'no host', 81, NULL, NULL), (11, 'svc.b', 'h', 82, NULL, NULL)");
    {
        Store store{database, false};
        const auto rows = changes(store);
        REQUIRE(rows.size() == 2);
        CHECK(rows[0].name == "svc.a");
        CHECK(rows[0].address == "10.0.0.1:80");
        const auto at = [](const char* text) { return base::parse_time(text, 0); };
        // Where the column keeps no fractions, they are gone.
        CHECK(rows[0].first_seen_ms / 1000 == at("2026-11-20 23:53:53") / 1000);
        CHECK(rows[0].last_seen_ms / 1000 == at("2026-11-21 01:02:03") / 1000);
        CHECK(rows[1].last_seen_ms == 0);
        CHECK(ping(store, "svc.c", 83).at(0).id == 3);
    }
    CHECK(session.integer("SELECT COUNT(*) FROM servreg_services") == 3);
    Store again{database, false};
    CHECK(changes(again).size() == 3);
}

TEST_CASE("store: a migration of MySQL that ends after any of its statements is gone on with") {
    auto& server = test::mariadb();
    bool finished = false;
    int statements = 0;
    for (; !finished && statements < 200; ++statements) {
        const std::string name = test::fresh_name();
        const auto database = DatabaseUrl::parse(server.make_database(name));
        sql::Session session{database, false};
        session.execute("CREATE TABLE servreg_services (id INTEGER NOT NULL PRIMARY KEY,"
                        " name VARCHAR(200), host VARCHAR(200), port INTEGER,"
                        " first_seen DATETIME, last_seen DATETIME)");
        session.execute("INSERT INTO servreg_services VALUES (1, 'a', 'h', 81, NULL, NULL),"
                        " (2, 'b', 'h', 82, NULL, NULL), (3, 'c', 'h', 83, NULL, NULL)");
        const auto limited = DatabaseUrl::parse(server.make_user(name, statements + 1));
        try {
            Store store{limited, false};
            finished = true;
        } catch (const base::Error&) { // where it ended
        }
        CAPTURE(statements);
        REQUIRE_NOTHROW(Store(database, false));
        Store store{database, false};
        CHECK(changes(store).size() == 3);
        CHECK(ping(store, "d", 84).at(0).id == 4);
        CHECK(session.integer("SELECT COUNT(*) FROM information_schema.statistics WHERE"
                              " table_schema = DATABASE()"
                              " AND index_name = 'servreg_by_version'") == 1);
    }
    CHECK(finished);
    CHECK(statements > 20);
}

TEST_CASE("import: another database's instances are copied with their times, the newer one stays") {
    ON_EACH_DATABASE(url);
    const auto from = DatabaseUrl::parse(test::fresh_sqlite());
    const auto to = DatabaseUrl::parse(url);
    {
        Store source{from, false};
        for (std::uint16_t port = 1; port <= 1200; ++port)
            ping(source, "a", port, 1000 + port);
        ping(source, "a", 7, 5000);
        Store target{to, false};
        ping(target, "kept", 1, 9000);
        ping(target, "old", 2, 10);
    }
    CHECK(registry::import_all(from, to) == 1199);
    CHECK(registry::import_all(from, to) == 0);
    Store target{to, false};
    const auto rows = changes(target);
    REQUIRE(rows.size() == 1200);
    CHECK(rows[0].name == "kept");
    CHECK(rows[1].name == "a");
    CHECK(rows[2].address == "127.0.0.1:3");
    CHECK(rows[6].first_seen_ms == 1007);
    CHECK(rows[6].last_seen_ms == 5000);
}

TEST_CASE("store: tables of a newer version are left alone") {
    ON_EACH_DATABASE(url);
    const auto database = DatabaseUrl::parse(url);
    { Store store{database, false}; }
    sql::Session session{database, false};
    session.execute("UPDATE servreg_schema SET version = 1000");
    try {
        Store store{database, false};
        FAIL("opened");
    } catch (const base::Error& error) {
        CHECK(error.kind() == base::ErrorKind::config);
        CHECK(std::string{error.what()}.find("version 1000") != std::string::npos);
    }
}

TEST_CASE("store: a login that is refused, or a driver that is not there, is a matter of "
          "configuration") {
    std::string url;
    SUBCASE("PostgreSQL role") {
        test::postgres();
        url = test::postgres().make_database(test::fresh_name());
        url.replace(url.find("postgres@"), 9, "nobody:canary@");
    }
    SUBCASE("MariaDB user") {
        url = test::mariadb().make_database(test::fresh_name());
        url.replace(url.find("root@"), 5, "somebody:canary@");
    }
    SUBCASE("no driver") {
        url = "oracle+cx_oracle://scott:canary@127.0.0.1/orcl";
    }
    try {
        Store store{DatabaseUrl::parse(url), false};
        FAIL("opened");
    } catch (const base::Error& error) {
        const std::string text = error.what();
        CAPTURE(text);
        CHECK(error.kind() == base::ErrorKind::config);
        CHECK(text.find("canary") == std::string::npos);
        CHECK(text.find('\n') == std::string::npos);
    }
}
