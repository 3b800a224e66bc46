#include "net/address.hpp"

namespace net {

std::string Address::text() const {
    if (!unix_path.empty())
        return unix_path;
    const bool ipv6 = host.find(':') != std::string::npos;
    return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

} // namespace net
