#pragma once

#include "base/clock.hpp"
#include "redis/config.hpp"
#include "redis/session.hpp"

#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace redis {

/// A blocking client for one-shot work, connected on first use. After an error of the connection it
/// is disconnected, and the next call connects anew; it repeats nothing by itself.
class Client {
public:
    /// `stop_fd` (-1: none): once readable, a wait ends with Error(interrupted).
    explicit Client(Config config, int stop_fd = -1);

    /// One command and its reply; error replies are thrown as ReplyError whose subject is
    /// `subject` (what the caller is doing). Throws Error(unavailable | timeout | protocol |
    /// interrupted) for the connection.
    Reply call(std::string_view subject, std::initializer_list<std::string_view> command,
               base::Deadline deadline);

    /// Sends `requests` (whole commands, RESP) and gives their `count` replies, error replies
    /// among them as they are.
    std::vector<Reply> exchange(std::string_view requests, std::size_t count,
                                base::Deadline deadline);

    /// Connects if needed and gives the session, for callers that do their own waiting.
    Session& session(base::Deadline deadline);
    void disconnect() noexcept { session_.reset(); }
    [[nodiscard]] bool connected() const noexcept { return session_.has_value(); }

    /// Waits until the session can be read (or written, where it has output). Throws
    /// Error(timeout) at the deadline or after `io_timeout` of silence, Error(interrupted).
    void wait(base::Deadline deadline);

    /// Sleeps; Error(interrupted) once `stop_fd` is readable.
    void pause(std::chrono::milliseconds duration) const;

    /// From now on nothing is interrupted: for finishing what is in flight after a stop signal.
    void ignore_stop() noexcept { stop_fd_ = -1; }

    [[nodiscard]] const Config& config() const noexcept { return config_; }

private:
    Config config_;
    int stop_fd_;
    std::optional<Session> session_;
};

} // namespace redis
