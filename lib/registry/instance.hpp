#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace registry {

inline constexpr std::size_t longest_name = 255; // bytes; of hosts too
inline constexpr std::size_t longest_url = 2000;

/// One place where a service can be reached: host and port, or a URL. The place is its identity:
/// registering it again renews it, and gives it the new name (WIRE.md 5).
struct Instance {
    std::string name;
    std::string host; // empty where there is a URL
    std::uint16_t port = 0;
    std::string url;

    /// The place as one text, "host:port" or the URL. No two of them are the same, since a host
    /// holds no '/'.
    [[nodiscard]] std::string address() const;
};

/// The host of an address that is no URL.
std::string_view host_of(std::string_view address) noexcept;

/// Throws Error(data), naming the field, for what must not be registered: an empty or over-long
/// name, a host with anything but letters, digits and ".-_:[]%", no port, a URL other than
/// http(s)://HOST…, with user info or with what no URL holds, bytes that are no UTF-8, control
/// characters.
void check(const Instance& instance);

/// An instance as the registry knows it. The views are valid until the event loop turns.
struct Known {
    std::int64_t id = 0; // counts in order of registration
    std::string_view name;
    std::string_view address;
    std::string_view host; // empty where there is a URL
    std::uint16_t port = 0;
    std::string_view url;
    std::int64_t first_seen_ms = 0; // Unix time, UTC
    std::int64_t last_seen_ms = 0;
    bool alive = false; // seen within the time to live
};

} // namespace registry
