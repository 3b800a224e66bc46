#pragma once

#include "net/address.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace http {

/// Where an HTTP server is, and how it is trusted.
struct Endpoint {
    net::Address address;
    bool tls = false;
    std::string prefix; // stands before every target: "" or "/band", without a slash at its end

    // Of TLS only; PEM files, empty: the system's authorities, no certificate of our own.
    std::string ca_file;
    std::string certificate_file;
    std::string key_file;

    /// Reads http://host[:port][/prefix], https://… and unix:///path; http has port 80 unless
    /// `default_port` says otherwise. Throws Error(usage) for anything else, for a query, and for
    /// a user or password, which belong into a header.
    static Endpoint parse(std::string_view url, std::uint16_t default_port = 0);

    /// As parse reads it.
    [[nodiscard]] std::string url() const;
};

} // namespace http
