#pragma once

#include "cli/notice.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cli {

/// One line on a terminal's standard error with count, rate and, where the total is known, a bar
/// and the time left. Shows nothing where standard error is no terminal or with -q. Its line is
/// gone when the object is.
class Progress {
public:
    using Clock = std::chrono::steady_clock;

    /// `what` is counted ("events"). `notice` outlives the bar; there is one bar at a time.
    Progress(Notice& notice, std::string what, std::optional<std::uint64_t> total = {});
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Says how many are done by now. Cheap: redraws at most ten times a second.
    void update(std::uint64_t done) {
        if (notice_ != nullptr)
            redraw(done, Clock::now());
    }

    /// Sets the total, for who learns or estimates it on the way.
    void expect(std::uint64_t total) { total_ = total; }

    /// Takes the line off the screen until the next update.
    void erase();

private:
    void redraw(std::uint64_t done, Clock::time_point now);

    Notice* notice_ = nullptr; // null: nothing is shown
    std::string what_;
    std::optional<std::uint64_t> total_;
    Clock::time_point start_;
    Clock::time_point next_;
    bool shown_ = false;
};

/// The line's text: "1234 events  617/s" or "[=====     ]  50%  1234 events  617/s  2s left".
std::string progress_text(std::string_view what, std::uint64_t done,
                          std::optional<std::uint64_t> total, std::chrono::milliseconds elapsed);

} // namespace cli
