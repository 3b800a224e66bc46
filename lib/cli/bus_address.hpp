#pragma once

#include "cli/parser.hpp"

#include <optional>
#include <string>

namespace cli {

/// Where the bus is, as text, and who said so.
struct BusAddress {
    std::string url;
    std::string source; // "the argument", "--url", "BAND_BUS", "REDIS_URL", "AMQP_URL", "the
                        // default" or `context "prod", FILE:3:7`
    std::optional<std::string> password; // from --password-file; goes before one in the URL
};

/// The first that says it: an argument, --url, BAND_BUS, REDIS_URL or AMQP_URL, the context, else
/// redis://127.0.0.1:6379. A context that the command line names goes before the variables. Throws
/// base::Error(config) if both of the last two are set, base::Error(no_input) if the password file
/// cannot be read.
BusAddress find_bus(const Parsed& parsed);

} // namespace cli
