#include "base/error.hpp"
#include "runtime/ports.hpp"
#include "support/socket.hpp"
#include "support/temp_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <optional>
#include <sys/stat.h>

using runtime::PortPool;
using runtime::PortRange;

namespace {

/// A range around a port that is free: others on this machine may hold its neighbours.
PortRange one_free_port() {
    const std::uint16_t port = support::free_port();
    return {port, port};
}

} // namespace

TEST_CASE("ports: a claimed port is not given again until the claim ends") {
    const support::TempDirectory directory;
    const PortRange range = one_free_port();
    const PortPool pool{range, directory.path() / "ports"};
    const PortPool other{range, directory.path() / "ports"};
    {
        const auto claim = pool.claim(1, "service hello");
        CHECK(claim.ports() == std::vector{range.first});
        CHECK_THROWS_WITH_AS((void)other.claim(1, "service late"),
                             doctest::Contains("by service hello"), base::Error);
    }
    CHECK(other.claim(1, "service late").ports().size() == 1);
}

TEST_CASE("ports: what somebody listens on is not given") {
    const support::TempDirectory directory;
    std::uint16_t port = 0;
    const auto listener = support::listen_tcp(port); // on loopback alone
    CHECK(!runtime::is_free_port(port));
    const PortPool pool{{port, port}, directory.path() / "ports"};
    CHECK_THROWS_WITH_AS((void)pool.claim(1, "x"), doctest::Contains("by another program"),
                         base::Error);
}

TEST_CASE("ports: what a stopped container will want again is not given") {
    const support::TempDirectory directory;
    const PortRange range = one_free_port();
    const PortPool pool{range, directory.path() / "ports"};
    const runtime::TakenPort taken{range.first, "container old"};
    CHECK_THROWS_WITH_AS((void)pool.claim(1, "x", {&taken, 1}),
                         doctest::Contains("by container old"), base::Error);
    CHECK(pool.claim(1, "x").ports().size() == 1); // the failed one has left nothing behind
}

TEST_CASE("ports: several at once are all different, and the preferred come first") {
    const support::TempDirectory directory;
    const PortPool pool{{20000, 29999}, directory.path() / "ports"};
    std::uint16_t wish = 0;
    {
        const auto claim = pool.claim(3, "x");
        REQUIRE(claim.ports().size() == 3);
        CHECK(claim.ports()[0] < claim.ports()[1]);
        CHECK(claim.ports()[1] < claim.ports()[2]);
        wish = claim.ports()[2];
    }
    const std::uint16_t outside = 1;
    CHECK(pool.claim(2, "x", {}, std::vector{outside, wish}).ports()[0] == wish);
}

TEST_CASE("ports: locks are in a folder of this user alone") {
    const support::TempDirectory directory;
    const auto folder = directory.path() / "ports";
    const PortPool pool{one_free_port(), folder};
    struct stat info {};
    REQUIRE(::stat(folder.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0700);
    std::filesystem::create_directory_symlink("/tmp", directory.path() / "link");
    CHECK_THROWS_AS((PortPool{one_free_port(), directory.path() / "link"}), base::Error);
}

TEST_CASE("ports: a range is two numbers, the lower one first") {
    const auto range = runtime::parse_port_range("8900-8999");
    REQUIRE(range);
    CHECK(range->first == 8900);
    CHECK(range->last == 8999);
    CHECK(runtime::parse_port_range("1-1"));
    for (const char* text : {"", "8900", "8900-", "-8900", "8999-8900", "0-9", "1-65536", "1-2x"})
        CHECK_FALSE(runtime::parse_port_range(text));
}

TEST_CASE("ports: a range that is none is refused") {
    CHECK_THROWS_AS((PortPool{{9000, 8999}, "/tmp/unused"}), base::Error);
    CHECK_THROWS_AS((PortPool{{0, 8999}, "/tmp/unused"}), base::Error);
}
