#pragma once

#include "base/unique_fd.hpp"
#include "support/child.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace support {

using namespace std::chrono_literals;

/// A program with pipes for its standard streams. What it writes is read whenever one of the
/// waiting functions runs, so a full pipe never stops both sides.
class Process {
public:
    /// `environment` holds additions, NAME=value. Throws std::runtime_error when there is no such
    /// program. From here on the test process ignores SIGPIPE.
    explicit Process(const std::vector<std::string>& arguments,
                     const std::vector<std::string>& environment = {});

    /// Writes all of `text` to its standard input; false when it does not take it in time.
    bool write(std::string_view text, std::chrono::milliseconds limit = 30s);
    void close_stdin() { in_.reset(); }
    /// Closes our end, as `| head -1` does when it has seen enough.
    void close_stdout() { out_.reset(); }

    /// What it has written so far.
    [[nodiscard]] const std::string& out() const noexcept { return out_text_; }
    [[nodiscard]] const std::string& err() const noexcept { return err_text_; }

    /// Waits until its output holds `text`; false when it ends, or time is over, without it.
    bool wait_for_out(std::string_view text, std::chrono::milliseconds limit = 30s);
    bool wait_for_err(std::string_view text, std::chrono::milliseconds limit = 30s);

    /// Waits for its end and reads what it wrote to the last byte. Nothing when `limit` is over.
    std::optional<ExitStatus> wait(std::chrono::milliseconds limit = 30s);

    void signal(int number) { child_->signal(number); }
    void pause() { child_->pause(); }
    [[nodiscard]] pid_t pid() const noexcept { return child_->pid(); }
    [[nodiscard]] bool running() { return !child_->poll(); }

private:
    void turn(bool for_writing, int timeout_ms);
    template <class Condition>
    bool turn_until(std::chrono::milliseconds limit, bool for_writing, Condition condition);

    base::UniqueFd in_;
    base::UniqueFd out_;
    base::UniqueFd err_;
    std::string out_text_;
    std::string err_text_;
    std::optional<Child> child_;
};

/// What a program that has ended left behind.
struct Finished {
    ExitStatus status;
    std::string out;
    std::string err;
};

/// Runs a program to its end with `input` as its standard input. Throws std::runtime_error when it
/// takes longer than `limit`.
Finished run(const std::vector<std::string>& arguments, std::string_view input = {},
             const std::vector<std::string>& environment = {},
             std::chrono::milliseconds limit = 30s);

} // namespace support
