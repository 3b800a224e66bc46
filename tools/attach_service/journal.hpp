#pragma once

#include "base/clock.hpp"
#include "message/severity.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace service {
class Diagnostics;
class Instance;
} // namespace service

namespace attach_service {

/// A line's severity and what is left of it. A start like "<4>" (as systemd reads it, sd-daemon(3))
/// or "WARNING:" says the severity and is taken off.
struct Leveled {
    message::Severity severity;
    std::string_view text;
};
Leveled read_level(std::string_view line, message::Severity otherwise) noexcept;

/// Puts what programs write on standard error on the log bus, within a rate: lines beyond it are
/// dropped and counted.
class Journal {
public:
    Journal(service::Instance& instance, service::Diagnostics& diagnostics, std::string program,
            message::Severity level);

    /// A line of standard error; `cut`: there was more of it.
    void line(std::string_view text, bool cut, std::string_view conversation_id);
    /// What a program asks to be logged.
    void entry(message::Severity severity, std::string_view text, std::string_view conversation_id);
    /// What this program has to say about the other.
    void warn(const std::string& text);

private:
    bool admit(std::size_t bytes);

    service::Instance& instance_;
    service::Diagnostics& diagnostics_;
    std::string program_;
    message::Severity level_;
    // A bucket of lines and one of bytes, filled at a steady rate.
    double lines_;
    double bytes_;
    base::SteadyClock::time_point filled_;
    std::uint64_t dropped_ = 0;
};

} // namespace attach_service
