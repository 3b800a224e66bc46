#pragma once

#include "cli/invocation.hpp"

#include <optional>
#include <string>

namespace publish_event {

/// Publishes one payload as one event. `event` is missing when --event-field is to name it.
void publish_one(cli::Invocation& in, const std::optional<std::string>& event,
                 const std::optional<std::string>& path);

/// Whether the input is lines of JSON: --lines says so, and envelopes are nothing else.
inline bool reads_lines(const cli::Invocation& in) {
    return in.flag("lines") || in.choice("in") == "envelope";
}

/// Publishes every record of the input as an event.
void publish_stream(cli::Invocation& in, const std::optional<std::string>& event,
                    const std::optional<std::string>& path);

} // namespace publish_event
