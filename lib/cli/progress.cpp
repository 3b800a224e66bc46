#include "cli/progress.hpp"

#include "base/duration.hpp"
#include "cli/stderr_line.hpp"

#include <algorithm>
#include <utility>

namespace cli {

namespace {

constexpr std::string_view erase_line = "\r\x1b[K"; // ECMA-48, section 8.3.41 (EL)
constexpr std::size_t bar_width = 24;

std::string bar(std::uint64_t done, std::uint64_t total) {
    const double share = total == 0 ? 1 : std::min(1.0, double(done) / double(total));
    const auto filled = static_cast<std::size_t>(share * bar_width);
    const auto percent = std::to_string(static_cast<int>(share * 100));
    return '[' + std::string(filled, '=') + std::string(bar_width - filled, ' ') + "] " +
           std::string(3 - percent.size(), ' ') + percent + "%  ";
}

} // namespace

Progress::Progress(Notice& notice, std::string what, std::optional<std::uint64_t> total)
    : what_(std::move(what)), total_(total), start_(Clock::now()), next_(start_) {
    if (notice.terminal() && notice.level() != Notice::Level::quiet) {
        notice_ = &notice;
        notice.progress_ = this;
    }
}

Progress::~Progress() {
    erase();
    if (notice_ != nullptr)
        notice_->progress_ = nullptr;
}

void Progress::erase() {
    if (std::exchange(shown_, false))
        write_stderr(erase_line);
}

void Progress::redraw(std::uint64_t done, Clock::time_point now) {
    if (now < next_)
        return;
    next_ = now + std::chrono::milliseconds{100};
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - start_);
    write_stderr(std::string{erase_line} + progress_text(what_, done, total_, elapsed));
    shown_ = true;
}

std::string progress_text(std::string_view what, std::uint64_t done,
                          std::optional<std::uint64_t> total, std::chrono::milliseconds elapsed) {
    std::string text = total ? bar(done, *total) : std::string{};
    text += std::to_string(done) + ' ' + std::string{what};
    const double seconds = std::chrono::duration<double>(elapsed).count();
    if (seconds <= 0 || done == 0)
        return text;
    const double rate = double(done) / seconds;
    text += "  " + std::to_string(static_cast<std::uint64_t>(rate)) + "/s";
    if (total && *total > done) {
        const std::chrono::seconds left{static_cast<long long>(double(*total - done) / rate)};
        text += "  " + base::format_duration(left) + " left";
    }
    return text;
}

} // namespace cli
