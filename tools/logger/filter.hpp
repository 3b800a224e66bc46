#pragma once

#include "message/message.hpp"
#include "message/severity.hpp"
#include "topic/pattern.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace logger {

/// Which log messages are shown, beyond the patterns.
struct Filter {
    std::optional<message::Severity> threshold; // this severe or more
    /// Fields of the GELF object, with or without their underscore, and the value of each as text.
    std::vector<std::pair<std::string, std::string>> fields;

    [[nodiscard]] bool empty() const noexcept { return !threshold && fields.empty(); }
    /// Does not throw.
    [[nodiscard]] bool accepts(const message::Message& message) const;
};

/// Throws Error(usage) for a level that is none and a field that is not NAME=VALUE.
Filter make_filter(const std::optional<std::string>& level, const std::vector<std::string>& fields);

/// The patterns that --filter means: a service alone means all of its severities, and a severity
/// in any case means both that services write, upper case (eventail today) and lower (2019).
std::vector<topic::Pattern> patterns_of(const std::vector<std::string>& texts);

} // namespace logger
