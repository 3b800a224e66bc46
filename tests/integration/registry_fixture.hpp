#pragma once

#include "base/error.hpp"
#include "loop/event_loop.hpp"
#include "loop/timer.hpp"
#include "registry/registry.hpp"
#include "support/database_server.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace test {

using namespace std::chrono_literals;

/// Each started when the first case asks for it, and kept for the others.
inline support::PostgresServer& postgres() {
    static support::PostgresServer server;
    return server;
}
inline support::MariadbServer& mariadb() {
    static support::MariadbServer server;
    return server;
}
inline const support::TempDirectory& directory() {
    static support::TempDirectory directory;
    return directory;
}

inline std::string fresh_name() {
    static int count = 0;
    return "registry" + std::to_string(++count);
}
inline std::string fresh_sqlite() {
    return "sqlite:///" + (directory().path() / (fresh_name() + ".db")).string();
}

/// Runs the rest of the case on each database, a new one each time.
#define ON_EACH_DATABASE(url)                                                                      \
    std::string url;                                                                               \
    SUBCASE("SQLite") {                                                                            \
        url = test::fresh_sqlite();                                                                \
    }                                                                                              \
    SUBCASE("PostgreSQL") {                                                                        \
        url = test::postgres().make_database(test::fresh_name());                                  \
    }                                                                                              \
    SUBCASE("MariaDB") {                                                                           \
        url = test::mariadb().make_database(test::fresh_name());                                   \
    }                                                                                              \
    CAPTURE(url)

inline registry::Instance at(std::string name, std::uint16_t port) {
    return {.name = std::move(name), .host = "127.0.0.1", .port = port};
}

inline registry::Options options(const std::string& url) {
    registry::Options result;
    result.database = sql::DatabaseUrl::parse(url);
    result.refresh = 50ms;
    return result;
}

/// A registry with a loop of its own.
class Running {
public:
    explicit Running(registry::Options given) : registry_(loop_, std::move(given)) {
        registry_.open();
    }
    explicit Running(const std::string& url) : Running(options(url)) {}

    registry::Registry* operator->() { return &registry_; }

    /// Runs the loop until `condition` holds; false when it does not in time.
    bool until(const std::function<bool()>& condition, std::chrono::milliseconds limit = 20s) {
        const auto end = std::chrono::steady_clock::now() + limit;
        bool held = false;
        loop::Timer timer{loop_, [&] {
                              held = condition();
                              if (held || std::chrono::steady_clock::now() >= end)
                                  loop_.stop();
                              else
                                  timer.schedule(2ms);
                          }};
        timer.schedule(0ms);
        loop_.run();
        return held;
    }

    /// Empty: stored. Else why not.
    std::string ping(registry::Instance instance) {
        bool answered = false;
        std::string why;
        registry_.ping(std::move(instance), [&](const std::exception_ptr& error) {
            answered = true;
            why = error ? text_of(error) : "";
        });
        CHECK_FALSE(answered);
        return until([&] { return answered; }) ? why : "no answer";
    }

    bool deregister(const registry::Instance& instance) {
        int known = -1;
        registry_.deregister(instance, [&](bool was_known, const std::exception_ptr& error) {
            known = !error && was_known ? 1 : 0;
        });
        CHECK(until([&] { return known >= 0; }));
        return known == 1;
    }

    std::vector<int> ports(std::string_view pattern) {
        std::vector<int> found;
        for (const auto& instance : registry_.locate(pattern))
            found.push_back(instance.port);
        return found;
    }

    static std::string text_of(const std::exception_ptr& error) {
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& e) {
            return e.what();
        }
    }

private:
    loop::EventLoop loop_;
    registry::Registry registry_;
};

} // namespace test
