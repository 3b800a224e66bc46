#pragma once

#include "net/stream.hpp"
#include "redis/config.hpp"
#include "redis/reply_reader.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace redis {

/// One logged-in connection as bytes out and replies in; never blocks. The blocking Client and the
/// event-driven Connection are built on it.
class Session {
public:
    /// Takes a connected stream and queues AUTH and SELECT where the configuration asks for them.
    Session(net::Stream stream, const Config& config);

    /// The bytes still to be sent; append commands here, then `flush`.
    [[nodiscard]] std::string& output() noexcept { return output_; }

    /// Sends what the socket takes now; true when nothing is left.
    bool flush();
    [[nodiscard]] bool has_output() const noexcept { return sent_ < output_.size(); }

    /// Reads what is there now; false when that was nothing.
    bool read();

    /// The next whole reply that has been read. Replies to the log-in are taken out and thrown as
    /// ReplyError when they are errors.
    std::optional<Reply> next();
    bool next_summary(ReplySummary& summary);

    [[nodiscard]] const net::Stream& stream() const noexcept { return stream_; }

private:
    bool finish_login();

    net::Stream stream_;
    std::string peer_;
    std::string output_;
    std::size_t sent_ = 0;
    int login_replies_due_ = 0;
    ReplyReader reader_;
};

} // namespace redis
