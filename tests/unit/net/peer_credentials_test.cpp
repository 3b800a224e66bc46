#include "base/unique_fd.hpp"
#include "net/peer_credentials.hpp"

#include <doctest/doctest.h>

#include <sys/socket.h>
#include <unistd.h>

TEST_CASE("peer: the kernel says who is at the other end") {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    const base::UniqueFd one{ends[0]};
    const base::UniqueFd other{ends[1]};
    const auto peer = net::peer_credentials(one.get());
    REQUIRE(peer);
    CHECK(peer->uid == ::geteuid());
    CHECK(net::may_use(*peer, ::geteuid(), {}));
    CHECK_FALSE(net::peer_credentials(-1));
}

TEST_CASE("peer: a socket is for its owner, root, and its group") {
    const net::PeerCredentials peer{1000, {1000, 27, 50}};
    CHECK(net::may_use(peer, 1000, {}));
    CHECK_FALSE(net::may_use(peer, 1001, {}));
    CHECK_FALSE(net::may_use(peer, 1001, 1001));
    CHECK(net::may_use(peer, 1001, 27));
    CHECK(net::may_use(peer, 1001, 1000));
    CHECK(net::may_use({0, {0}}, 1001, 1001));
}
