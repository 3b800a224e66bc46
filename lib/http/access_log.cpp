#include "http/access_log.hpp"

#include "base/error.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace http {

namespace {

constexpr std::size_t most_waiting = 4 * 1024 * 1024;
constexpr std::chrono::milliseconds patience{100};

int open_log(const std::string& path) {
    if (path == "-")
        return ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    return ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}

/// A field between quotes: no quote, backslash or control character of a client's gets through as
/// itself, so that nobody writes lines of their own.
void append_quoted(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    for (const char c : text.substr(0, 2048)) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (byte < ' ' || byte >= 0x7f)
            (out += "\\x").append({digits[byte >> 4], digits[byte & 15]});
        else
            out += c;
    }
    out += '"';
}

void append_time(std::string& out, std::int64_t unix_seconds) {
    const std::time_t at = unix_seconds;
    std::tm parts{};
    gmtime_r(&at, &parts);
    std::array<char, 40> text{};
    out.append(text.data(),
               std::strftime(text.data(), text.size(), "[%d/%b/%Y:%H:%M:%S +0000]", &parts));
}

std::string_view or_dash(std::string_view text) {
    return text.empty() ? "-" : text;
}

} // namespace

std::string combined_log_line(const Exchange& exchange, std::int64_t unix_seconds) {
    std::string line;
    line.reserve(160);
    line += or_dash(exchange.peer);
    line += " - - ";
    append_time(line, unix_seconds);
    line += ' ';
    append_quoted(line, exchange.method.empty()
                            ? "-"
                            : exchange.method + " " + exchange.target +
                                  (exchange.http_1_0 ? " HTTP/1.0" : " HTTP/1.1"));
    line += ' ' + std::to_string(exchange.status) + ' ' + std::to_string(exchange.body_bytes) + ' ';
    append_quoted(line, or_dash(exchange.referer));
    line += ' ';
    append_quoted(line, or_dash(exchange.user_agent));
    line += '\n';
    return line;
}

AccessLog::AccessLog(std::string path) : path_(std::move(path)), file_(open_log(path_)) {
    if (!file_)
        throw base::Error(base::ErrorKind::cannot_create, path_, base::errno_text(errno),
                          "--accesslog names another file");
    thread_ = std::thread([this] { run(); });
}

AccessLog::~AccessLog() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wakeup_.notify_one();
    thread_.join();
}

void AccessLog::write(const Exchange& exchange) {
    const std::string line = combined_log_line(exchange, std::time(nullptr));
    const std::lock_guard lock(mutex_);
    if (waiting_.size() + line.size() > most_waiting) {
        ++dropped_;
        ++untold_;
        return;
    }
    // The thread looks every now and then by itself while there is something to look for.
    if (waiting_.empty())
        wakeup_.notify_one();
    waiting_ += line;
}

void AccessLog::reopen() {
    {
        const std::lock_guard lock(mutex_);
        reopen_ = true;
    }
    wakeup_.notify_one();
}

std::uint64_t AccessLog::dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
}

void AccessLog::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        wakeup_.wait(lock, [this] { return stop_ || reopen_ || !waiting_.empty(); });
        // Lines that come together are written together.
        if (!stop_ && !reopen_)
            wakeup_.wait_for(lock, patience, [this] { return stop_ || reopen_; });
        const bool stop = stop_;
        const bool reopen = std::exchange(reopen_, false);
        std::string lines = std::exchange(waiting_, {});
        if (const auto untold = std::exchange(untold_, 0); untold > 0)
            lines += "# " + std::to_string(untold) + " lines were dropped\n";
        lock.unlock();
        write_out(lines);
        if (reopen && path_ != "-")
            if (base::UniqueFd fresh{open_log(path_)})
                file_ = std::move(fresh);
        lock.lock();
        if (stop)
            return;
    }
}

void AccessLog::write_out(std::string_view lines) {
    while (!lines.empty()) {
        const ssize_t count = ::write(file_.get(), lines.data(), lines.size());
        if (count > 0) {
            lines.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            std::uint64_t lost = 0;
            for (const char c : lines)
                lost += c == '\n';
            const std::lock_guard lock(mutex_);
            dropped_ += lost;
            untold_ += lost;
            return;
        }
    }
}

} // namespace http
