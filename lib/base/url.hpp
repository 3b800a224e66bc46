#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace base {

/// The parts of scheme://[user[:password]@]host[:port][/path][?key=value&…], RFC 3986, with the
/// percent-encoding taken off. An IPv6 host stands in brackets in the text and without them here.
struct Url {
    std::string scheme; // lower case
    std::string user;
    std::string password;
    std::string host;
    std::uint16_t port = 0; // 0: none given
    std::string path;       // with its leading slash, or empty
    std::map<std::string, std::string, std::less<>> query;

    /// Throws Error(usage) that names the URL without its password.
    static Url parse(std::string_view text);

    /// The URL for eyes: user and password as "***".
    [[nodiscard]] std::string redacted() const;
};

/// The text of a URL, also of a malformed one, with all that could be a password hidden: what
/// stands before the last @, and parameters named like one.
std::string redact_url(std::string_view text);

} // namespace base
