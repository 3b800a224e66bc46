#pragma once

#include "cli/style.hpp"

#include <cstdint>
#include <string>

namespace tools {

/// Human views show the time of day only. A line with the date comes in between wherever a message
/// is of another day than the one before it; at the start that is today.
class DayLine {
public:
    explicit DayLine(const cli::Style& style);

    /// Appends such a line if one is due before a message of this time.
    void append(std::string& out, std::int64_t unix_ms);

private:
    const cli::Style& style_;
    std::int64_t begin_ms_ = 0; // of the day last shown, local time; end is the next midnight
    std::int64_t end_ms_ = 0;
};

} // namespace tools
