#pragma once

#include "base/unique_fd.hpp"
#include "http/server.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace http {

/// One line of the combined log format (as Apache and nginx write it), with its newline. What came
/// from the client is made harmless; `unix_seconds` is when it was answered.
std::string combined_log_line(const Exchange& exchange, std::int64_t unix_seconds);

/// Writes exchanges to a file, a tenth of a second later at most, on a thread of its own: a slow
/// disk holds up nobody. What does not fit any more is dropped, and the log says so later.
class AccessLog {
public:
    /// `path` is appended to; "-" is standard output. Throws Error(cannot_create).
    explicit AccessLog(std::string path);
    ~AccessLog(); // writes what is left
    AccessLog(const AccessLog&) = delete;
    AccessLog& operator=(const AccessLog&) = delete;

    void write(const Exchange& exchange);

    /// Opens the path again, after somebody has moved the file away. Where that fails the old file
    /// is written on.
    void reopen();

    [[nodiscard]] std::uint64_t dropped() const;

private:
    void run();
    void write_out(std::string_view lines);

    std::string path_;
    base::UniqueFd file_; // the thread's, except for standard output

    mutable std::mutex mutex_; // guards what follows
    std::condition_variable wakeup_;
    std::string waiting_;
    std::uint64_t dropped_ = 0;
    std::uint64_t untold_ = 0; // dropped, and the log does not say so yet
    bool reopen_ = false;
    bool stop_ = false;
    std::thread thread_;
};

} // namespace http
