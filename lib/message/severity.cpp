#include "message/severity.hpp"

#include <algorithm>
#include <array>

namespace message {

namespace {

// By Severity.
constexpr std::array<std::string_view, 8> names{"EMERGENCY", "ALERT",  "CRITICAL", "ERROR",
                                                "WARNING",   "NOTICE", "INFO",     "DEBUG"};

struct ShortName {
    std::string_view name;
    Severity severity;
};

constexpr std::array short_names{
    ShortName{"EMERG", Severity::emergency}, ShortName{"PANIC", Severity::emergency},
    ShortName{"CRIT", Severity::critical},   ShortName{"FATAL", Severity::critical},
    ShortName{"ERR", Severity::error},       ShortName{"WARN", Severity::warning},
};

bool same_word(std::string_view text, std::string_view upper) {
    return std::ranges::equal(text, upper, [](char a, char b) {
        return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
    });
}

} // namespace

std::string_view severity_name(Severity severity) noexcept {
    return names[static_cast<std::size_t>(severity)];
}

std::optional<Severity> find_severity(std::string_view text) noexcept {
    if (text.size() == 1 && text.front() >= '0' && text.front() <= '7')
        return static_cast<Severity>(text.front() - '0');
    for (std::size_t i = 0; i < names.size(); ++i)
        if (same_word(text, names[i]))
            return static_cast<Severity>(i);
    for (const ShortName& known : short_names)
        if (same_word(text, known.name))
            return known.severity;
    return std::nullopt;
}

} // namespace message
