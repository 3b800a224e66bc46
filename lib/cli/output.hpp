#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cli {

/// The reader of our output has gone (EPIPE). No failure: run_main ends the program quietly with 0.
struct ClosedPipe {};

/// A buffered writer to one file descriptor, standard output as a rule; does not own it.
/// Writing throws base::Error(io), or ClosedPipe. Not flushed by the destructor: run_main does,
/// since only a call can report that it failed.
class Output {
public:
    explicit Output(int fd);
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    void write(std::string_view text) {
        if (text.size() > capacity - buffer_.size())
            write_slowly(text);
        else
            buffer_.append(text);
    }

    /// Writes the text and a newline; hands it on at once when following.
    void line(std::string_view text) {
        write(text);
        end_line();
    }

    void end_line() {
        write("\n");
        if (following_)
            flush();
    }

    void flush();

    /// Whether every line is handed on at once. A reader of a fast stream rather leaves this off
    /// and calls flush() whenever it is about to wait: same promptness, fewer system calls.
    void set_following(bool following) noexcept { following_ = following; }

    /// Tells without writing whether the reader is gone, for a follower that has nothing to say.
    [[nodiscard]] bool reader_gone() const noexcept;

    [[nodiscard]] int fd() const noexcept { return fd_; }
    [[nodiscard]] bool terminal() const noexcept { return terminal_; }

    /// Columns of the terminal; where there is none, as many as anyone wants.
    [[nodiscard]] std::size_t width() const noexcept;

private:
    static constexpr std::size_t capacity = 64 * 1024;

    void write_slowly(std::string_view text);
    void send(std::string_view text);

    int fd_;
    bool terminal_;
    bool following_ = false;
    std::string buffer_;
};

} // namespace cli
