#pragma once

#include <cstdint>
#include <string>

namespace net {

/// Where a server listens: a host and TCP port, or the path of a Unix socket.
struct Address {
    std::string host;
    std::uint16_t port = 0;
    std::string unix_path; // when set, host and port do not count

    [[nodiscard]] std::string text() const;
};

} // namespace net
