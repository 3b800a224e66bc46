#include "base/id.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <unistd.h>

TEST_CASE("id: random ids have a character for five bits, of an alphabet safe in names") {
    for (const unsigned bits : {5U, 30U, 80U, 125U}) {
        const std::string id = base::random_id(bits);
        CHECK(id.size() == bits / 5);
        CHECK(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567") == std::string::npos);
    }
}

TEST_CASE("id: ten thousand ids are all different") {
    std::set<std::string> ids;
    for (int i = 0; i < 10'000; ++i)
        ids.insert(base::random_id());
    CHECK(ids.size() == 10'000);
}

TEST_CASE("id: an instance's name holds host, pid and a random part") {
    const std::string name = base::instance_name();
    CHECK(name.starts_with(base::host_name() + "-" + std::to_string(getpid()) + "-"));
    CHECK(name != base::instance_name());
    CHECK(base::host_name().find('.') == std::string::npos);
}

TEST_CASE("id: random fractions fill [0, 1)") {
    double least = 1;
    double most = 0;
    for (int i = 0; i < 10'000; ++i) {
        const double fraction = base::random_fraction();
        least = std::min(least, fraction);
        most = std::max(most, fraction);
    }
    CHECK(least >= 0);
    CHECK(least < 0.01);
    CHECK(most < 1);
    CHECK(most > 0.99);
}
