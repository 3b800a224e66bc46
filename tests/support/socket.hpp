#pragma once

#include "base/unique_fd.hpp"

#include <cstdint>
#include <string>

namespace support {

/// Listening and connected sockets, non-blocking but for the connecting itself. All throw
/// std::runtime_error.
base::UniqueFd listen_unix(const std::string& path);
base::UniqueFd connect_unix(const std::string& path);

/// On 127.0.0.1; the kernel chooses the port.
base::UniqueFd listen_tcp(std::uint16_t& port);

/// A TCP port that was free a moment ago.
std::uint16_t free_port();

/// The next waiting connection, or none.
base::UniqueFd accept_from(const base::UniqueFd& listener);

} // namespace support
