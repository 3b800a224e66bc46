#include "tools/attach_service/journal.hpp"

#include "service/diagnostics.hpp"
#include "service/instance.hpp"

#include <algorithm>
#include <utility>

namespace attach_service {

using message::Severity;

namespace {

// What the log bus is burdened with, for all workers together.
constexpr double lines_a_second = 2000;
constexpr double most_lines = 10'000;
constexpr double bytes_a_second = 1 << 20;
constexpr double most_bytes = 8 << 20;

constexpr std::size_t longest_word = 9; // "EMERGENCY"

bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

std::string_view without_leading_blanks(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    return text;
}

} // namespace

Leveled read_level(std::string_view line, Severity otherwise) noexcept {
    if (line.size() >= 3 && line[0] == '<' && line[2] == '>' && line[1] >= '0' && line[1] <= '7')
        return {static_cast<Severity>(line[1] - '0'), without_leading_blanks(line.substr(3))};
    const std::size_t colon = line.substr(0, longest_word + 1).find(':');
    if (colon == std::string_view::npos || colon == 0)
        return {otherwise, line};
    const std::string_view word = line.substr(0, colon);
    if (std::ranges::all_of(word, is_letter))
        if (const auto severity = message::find_severity(word))
            return {*severity, without_leading_blanks(line.substr(colon + 1))};
    return {otherwise, line};
}

Journal::Journal(service::Instance& instance, service::Diagnostics& diagnostics,
                 std::string program, Severity level)
    : instance_(instance), diagnostics_(diagnostics), program_(std::move(program)), level_(level),
      lines_(most_lines), bytes_(most_bytes), filled_(base::SteadyClock::now()) {}

bool Journal::admit(std::size_t bytes) {
    const auto now = base::SteadyClock::now();
    const double seconds = std::chrono::duration<double>(now - filled_).count();
    filled_ = now;
    lines_ = std::min(most_lines, lines_ + seconds * lines_a_second);
    bytes_ = std::min(most_bytes, bytes_ + seconds * bytes_a_second);
    if (lines_ < 1 || bytes_ < static_cast<double>(bytes)) {
        ++dropped_;
        return false;
    }
    lines_ -= 1;
    bytes_ -= static_cast<double>(bytes);
    if (dropped_ > 0)
        warn(program_ +
             " writes faster than is logged: " + std::to_string(std::exchange(dropped_, 0)) +
             " lines of its standard error are left out");
    return true;
}

void Journal::line(std::string_view text, bool cut, std::string_view conversation_id) {
    if (text.ends_with('\r'))
        text.remove_suffix(1);
    if (text.empty() || !admit(text.size()))
        return;
    const Leveled leveled = read_level(text, level_);
    const std::string shortened = cut ? std::string(leveled.text) + "…" : std::string{};
    const std::string_view whole = cut ? shortened : leveled.text;
    instance_.log(leveled.severity, whole, {}, conversation_id);
    diagnostics_.detail(program_ + ": " + std::string(whole));
}

void Journal::entry(Severity severity, std::string_view text, std::string_view conversation_id) {
    if (admit(text.size()))
        instance_.log(severity, text, {}, conversation_id);
}

void Journal::warn(const std::string& text) {
    instance_.log(Severity::warning, text);
    diagnostics_.warn(text);
}

} // namespace attach_service
