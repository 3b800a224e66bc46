#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace message {

/// How grave a log message is; the numbers are those of syslog (RFC 5424, table 2), which GELF
/// uses.
enum class Severity : std::uint8_t {
    emergency,
    alert,
    critical,
    error,
    warning,
    notice,
    info,
    debug
};

/// "WARNING"
std::string_view severity_name(Severity severity) noexcept;

/// Reads a name in any case, also "warn", "err", "crit" and "emerg", or a number from 0 to 7.
std::optional<Severity> find_severity(std::string_view text) noexcept;

} // namespace message
