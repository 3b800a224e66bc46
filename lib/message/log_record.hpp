#pragma once

#include "message/message.hpp"
#include "message/severity.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace message {

/// One line of a service's log, as GELF 1.1 carries it (WIRE.md 4.3).
struct LogRecord {
    std::string service; // the logical one
    Severity severity = Severity::info;
    std::string short_message;
    std::string full_message; // e.g. a stack trace; may be empty
    std::string host;         // empty: service@host name, as eventail has it
    std::int64_t timestamp_ms = 0;
    std::string conversation_id;
    std::int64_t pid = 0; // 0: unknown
    /// Additional fields without the leading underscore, each with its value as JSON text.
    std::vector<std::pair<std::string, std::string>> extra;

    void add(std::string_view name, std::string_view text);
    void add(std::string_view name, std::int64_t number);
};

/// The message that puts a record on the bus: kind log, routing key `service.SEVERITY`, a GELF
/// object as body, its keys in eventail's order. A time of 0 becomes now.
Message to_message(const LogRecord& record);

/// Reads a log message whatever its form, never in vain: GELF; the text `[service-pid] message` of
/// eventail's first version; anything else is the short message as it stands. Service and severity
/// come from the body first, else from the routing key; without a word about it the severity is
/// INFO.
LogRecord parse_log(const Message& message);

} // namespace message
