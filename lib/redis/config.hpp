#pragma once

#include "base/url.hpp"
#include "net/address.hpp"

#include <chrono>
#include <string>

namespace redis {

/// Where a Redis server is and how to log in there.
struct Config {
    net::Address address;
    std::string user;
    std::string password;
    int db = 0;
    std::chrono::milliseconds connect_timeout = std::chrono::seconds{5};
    /// How long the server may stay silent while an answer is owed.
    std::chrono::milliseconds io_timeout = std::chrono::seconds{10};
};

/// Reads redis://[user:password@]host[:port][/db] and unix:///path[?db=N&user=…&password=…].
/// Throws Error(usage) for anything else; rediss:// is refused, since TLS is not there yet.
Config config_from_url(const base::Url& url);

} // namespace redis
