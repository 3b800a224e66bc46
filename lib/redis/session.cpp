#include "redis/session.hpp"

#include "redis/command.hpp"
#include "redis/error.hpp"

namespace redis {

Session::Session(net::Stream stream, const Config& config)
    : stream_(std::move(stream)), peer_(config.address.text()) {
    if (!config.password.empty()) {
        if (config.user.empty())
            append_command(output_, {"AUTH", config.password});
        else
            append_command(output_, {"AUTH", config.user, config.password});
        ++login_replies_due_;
    }
    if (config.db != 0) {
        append_command(output_, {"SELECT", std::to_string(config.db)});
        ++login_replies_due_;
    }
}

bool Session::flush() {
    while (sent_ < output_.size()) {
        const std::size_t count = stream_.write_some(std::string_view{output_}.substr(sent_));
        if (count == 0)
            return false;
        sent_ += count;
    }
    output_.clear();
    sent_ = 0;
    return true;
}

bool Session::read() {
    char buffer[64 * 1024];
    const std::size_t count = stream_.read_some(buffer);
    reader_.feed({buffer, count});
    return count > 0;
}

bool Session::finish_login() {
    while (login_replies_due_ > 0) {
        const auto reply = reader_.next();
        if (!reply)
            return false;
        if (reply->is_error())
            throw ReplyError("log in to " + peer_, reply->text);
        --login_replies_due_;
    }
    return true;
}

std::optional<Reply> Session::next() {
    if (!finish_login())
        return std::nullopt;
    return reader_.next();
}

bool Session::next_summary(ReplySummary& summary) {
    return finish_login() && reader_.next_summary(summary);
}

} // namespace redis
