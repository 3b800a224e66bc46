#pragma once

#include <string>
#include <string_view>

namespace cli {

class Progress;

/// What a program says on standard error beside its errors: one line each, "tool: text", made
/// harmless for a terminal. A progress bar that is on the screen makes room for it.
class Notice {
public:
    enum class Level {
        quiet,   // -q: nothing
        normal,  // say() where standard error is a terminal
        verbose, // -v: say() and detail() anywhere
    };

    Notice(std::string tool, Level level);

    /// For who watches: "waiting for …", "reconnecting in 2s (3)".
    void say(std::string_view text);

    /// For who asked with -v.
    void detail(std::string_view text);

    /// What must be known though the work goes on: always shown, also with -q.
    void warn(std::string_view text);

    [[nodiscard]] Level level() const noexcept { return level_; }
    [[nodiscard]] bool terminal() const noexcept { return terminal_; }

private:
    friend class Progress;
    void print(std::string_view text);

    std::string tool_;
    Level level_;
    bool terminal_;
    Progress* progress_ = nullptr; // the bar on the screen, if any; it registers itself
};

} // namespace cli
