#include "registry/directory.hpp"
#include "registry/directory_clock.hpp"
#include "registry/store.hpp"

#include <doctest/doctest.h>

#include <utility>

using namespace std::chrono_literals;
using registry::Directory;
using registry::Glob;
using registry::Row;

namespace {

struct Fixture {
    std::vector<std::string> changed;
    Directory directory{60s, [this](std::string_view name) { changed.emplace_back(name); }};
    std::int64_t next_id = 1;

    /// A new instance, host h and this port, heard of at `now`.
    void add(const std::string& name, std::uint16_t port, std::int64_t now = 0) {
        Row row = renewal(name, port);
        row.id = next_id++;
        CHECK(directory.put(row, now, now));
    }
    static Row renewal(const std::string& name, std::uint16_t port) {
        return {.name = name, .address = "h:" + std::to_string(port), .port = port};
    }
    std::vector<int> ports(std::string_view pattern, std::int64_t now = 0) {
        std::vector<int> found;
        for (const auto& instance : directory.locate(Glob{pattern}, now))
            found.push_back(instance.port);
        return found;
    }
};

using Ports = std::vector<int>;

} // namespace

TEST_CASE_FIXTURE(Fixture, "directory: located in order of registration, whatever the pattern") {
    add("svc.b", 1);
    add("svc.a", 2);
    add("other", 3);
    add("SVC.B", 4);
    CHECK(ports("svc.*") == Ports{1, 2, 4});
    CHECK(ports("*") == Ports{1, 2, 3, 4});
    CHECK(ports("*.b") == Ports{1, 4});
    CHECK(ports("svc.b") == Ports{1, 4});
    CHECK(ports("svc.[a]") == Ports{2});
    CHECK(ports("nope").empty());
    CHECK(ports("svc").empty());
}

TEST_CASE_FIXTURE(Fixture, "directory: an instance is alive to the end of its time, and renewed") {
    add("a", 1, 1000);
    CHECK(ports("a", 61'000) == Ports{1});
    CHECK(ports("a", 61'001).empty());
    CHECK(directory.put(renewal("a", 1), 61'002, 61'002));
    CHECK(ports("a", 121'002) == Ports{1});
}

TEST_CASE_FIXTURE(Fixture, "directory: the new name of an address is its only one") {
    add("old", 1);
    CHECK(directory.put(renewal("new", 1), 5, 5));
    CHECK(ports("old", 5).empty());
    CHECK(ports("new", 5) == Ports{1});
    CHECK(directory.services() == 1);
    CHECK(directory.instances() == 1);
}

TEST_CASE_FIXTURE(Fixture, "directory: who is gone is not located, and comes back with a ping") {
    add("a", 1);
    Row gone = renewal("a", 1);
    gone.gone = true;
    CHECK(directory.put(gone, 1, 1));
    CHECK(ports("*").empty());
    CHECK(directory.instances() == 0);
    CHECK_FALSE(directory.find("h:1", 1));
    CHECK(directory.put(renewal("a", 1), 2, 2));
    CHECK(ports("*", 2) == Ports{1});
    CHECK(directory.find("h:1", 2)->id == 1);
}

TEST_CASE_FIXTURE(Fixture, "directory: a renewal of an unknown instance is told") {
    CHECK_FALSE(directory.put(renewal("a", 1), 0, 0));
    Row gone = renewal("a", 1);
    gone.gone = true;
    CHECK(directory.put(gone, 0, 0));
}

TEST_CASE_FIXTURE(Fixture, "directory: changes are told when one appears, leaves and dies") {
    using Names = std::vector<std::string>;
    add("a", 1, 0);
    CHECK(std::exchange(changed, {}) == Names{"a"});
    CHECK(directory.put(renewal("a", 1), 30'000, 30'000));
    directory.sweep(70'000);
    CHECK(changed.empty());
    directory.sweep(90'500);
    CHECK(std::exchange(changed, {}) == Names{"a"});
    CHECK(directory.alive() == 0);
    CHECK(directory.put(renewal("b", 1), 90'600, 90'600));
    CHECK(std::exchange(changed, {}) == Names{"b"});
    CHECK(directory.put(renewal("c", 1), 90'700, 90'700));
    CHECK(std::exchange(changed, {}) == Names{"b", "c"});
}

TEST_CASE_FIXTURE(Fixture,
                  "directory: a pattern that was asked before sees new names and lost ones") {
    add("x.a", 1);
    CHECK(ports("*.a") == Ports{1});
    add("y.a", 2);
    add("y.b", 3);
    CHECK(ports("*.a") == Ports{1, 2});
    CHECK(directory.put(renewal("x.b", 1), 1, 1));
    CHECK(ports("*.a") == Ports{2});
    for (int i = 0; i < 40; ++i)
        CHECK(ports("*" + std::to_string(i)).empty());
    CHECK(ports("*.a") == Ports{2});
}

TEST_CASE_FIXTURE(Fixture, "directory: the long dead are dropped, the living are not") {
    add("a", 1, 0);
    add("b", 2, 50'000);
    directory.sweep(70'000);
    CHECK(directory.expire(1, 1000));
    CHECK(directory.instances() == 1);
    CHECK(directory.services() == 1);
    CHECK(ports("*", 70'000) == Ports{2});
}

TEST_CASE_FIXTURE(Fixture, "directory: many long dead are dropped a few at a time") {
    for (std::uint16_t port = 1; port <= 1000; ++port)
        add("a", port, 0);
    directory.sweep(61'000);
    CHECK_FALSE(directory.expire(1, 100));
    CHECK(directory.instances() < 1000);
    CHECK(directory.instances() > 500);
    for (int calls = 0; calls < 100 && !directory.expire(1, 100);)
        ++calls;
    CHECK(directory.instances() == 0);
    CHECK(directory.services() == 0);
}

TEST_CASE_FIXTURE(Fixture, "directory: whoever leaves, the others keep their order") {
    for (std::uint16_t port = 1; port <= 5; ++port)
        add("a", port, 0);
    for (const std::uint16_t port : {3, 1, 5})
        CHECK(directory.put(renewal("b", port), 0, 0));
    CHECK(ports("a") == Ports{2, 4});
    CHECK(ports("b") == Ports{1, 3, 5});
    CHECK(directory.put(renewal("a", 3), 0, 0));
    CHECK(ports("a") == Ports{2, 3, 4});
    add("a", 6);
    CHECK(ports("a") == Ports{2, 3, 4, 6});
    CHECK(ports("b") == Ports{1, 5});
}

TEST_CASE_FIXTURE(Fixture, "directory: a list has the dead too, by name, page by page") {
    add("b", 1, 0);
    add("a", 2, 70'000);
    add("b", 3, 70'000);
    directory.sweep(70'000);
    const auto all = directory.list(Glob{"*"}, 70'000, 0, 10);
    REQUIRE(all.size() == 3);
    CHECK(all[0].name == "a");
    CHECK(all[1].port == 1);
    CHECK_FALSE(all[1].alive);
    CHECK(all[2].alive);
    const auto page = directory.list(Glob{"*"}, 70'000, 1, 1);
    REQUIRE(page.size() == 1);
    CHECK(page[0].port == 1);
}

TEST_CASE("directory clock: it stands still from the last contact until the next") {
    const registry::DirectoryClock::Steady::time_point start{};
    registry::DirectoryClock clock{start};
    CHECK(clock.contact(start + 10s) == 10'000);
    clock.stop();
    CHECK(clock.now(start + 500s) == 10'000);
    CHECK(clock.stopped_for(start + 500s) == 490s);
    CHECK(clock.contact(start + 510s) == 0);
    CHECK(clock.now(start + 511s) == 11'000);
    CHECK(clock.stopped_for(start + 511s) == 0s);
}
