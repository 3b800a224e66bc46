#include "net/peer_credentials.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>

namespace net {

namespace {

/// All but the first one, by SO_PEERGROUPS (Linux 4.13, socket(7)); none where it is not there.
std::vector<gid_t> further_groups(int fd) {
    std::vector<gid_t> groups(32);
    auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    int result = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size);
    if (result != 0 && errno == ERANGE) { // which tells the size
        groups.resize(size / sizeof(gid_t));
        result = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size);
    }
    groups.resize(result == 0 ? size / sizeof(gid_t) : 0);
    return groups;
}

} // namespace

std::optional<PeerCredentials> peer_credentials(int fd) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return std::nullopt;
    PeerCredentials credentials{peer.uid, further_groups(fd)};
    credentials.groups.push_back(peer.gid);
    return credentials;
}

bool may_use(const PeerCredentials& peer, uid_t owner, std::optional<gid_t> group) {
    return peer.uid == owner || peer.uid == 0 ||
           (group && std::ranges::find(peer.groups, *group) != peer.groups.end());
}

} // namespace net
