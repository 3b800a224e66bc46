#include "net/address.hpp"

#include <arpa/inet.h>

namespace net {

std::string Address::text() const {
    if (!unix_path.empty())
        return unix_path;
    const bool ipv6 = host.find(':') != std::string::npos;
    return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool is_ip_address(const std::string& text) noexcept {
    in6_addr address; // holds the smaller one, too
    return inet_pton(AF_INET, text.c_str(), &address) == 1 ||
           inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool names_loopback(std::string_view host) noexcept {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

} // namespace net
