#pragma once

#include <optional>
#include <sys/types.h>
#include <vector>

namespace net {

/// The user at the other end of a Unix socket, as the kernel knows it since the connection.
struct PeerCredentials {
    uid_t uid;
    std::vector<gid_t> groups;
};

/// Nothing: it cannot be told.
std::optional<PeerCredentials> peer_credentials(int fd);

/// Whether a socket that belongs to `owner` and `group` is for this user: the owner, root, and the
/// members of the group, which is what mode 0660 says.
bool may_use(const PeerCredentials& peer, uid_t owner, std::optional<gid_t> group);

} // namespace net
