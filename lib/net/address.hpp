#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace net {

/// Where a server listens: a host and TCP port, or the path of a Unix socket.
struct Address {
    std::string host;
    std::uint16_t port = 0;
    std::string unix_path; // when set, host and port do not count

    [[nodiscard]] std::string text() const;
};

/// Tells whether this is an IP address, of either kind, and no name.
[[nodiscard]] bool is_ip_address(const std::string& text) noexcept;

/// Tells by its name alone whether a host is the loopback of this machine: localhost, 127.…, ::1.
[[nodiscard]] bool names_loopback(std::string_view host) noexcept;

} // namespace net
