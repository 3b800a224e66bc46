#include "redis/client.hpp"

#include "redis/command.hpp"
#include "redis/error.hpp"

#include <poll.h>

namespace redis {

using base::Deadline;
using base::Error;
using base::ErrorKind;

Client::Client(Config config, int stop_fd) : config_(std::move(config)), stop_fd_(stop_fd) {}

Session& Client::session(Deadline deadline) {
    if (!session_) {
        const auto limit = Deadline::earlier(deadline, Deadline::after(config_.connect_timeout));
        session_.emplace(net::Stream::connect(config_.address, limit, stop_fd_), config_);
    }
    return *session_;
}

void Client::wait(Deadline deadline) {
    const auto limit = Deadline::earlier(deadline, Deadline::after(config_.io_timeout));
    switch (session_->stream().wait(session_->has_output(), limit, stop_fd_)) {
    case net::Ready::timed_out:
        throw Error(ErrorKind::timeout, config_.address.text(), "no answer in time",
                    "the server may be overloaded or stopped; --timeout allows more");
    case net::Ready::stopped:
        throw Error(ErrorKind::interrupted, config_.address.text(), "interrupted");
    default:
        break;
    }
}

void Client::pause(std::chrono::milliseconds duration) const {
    pollfd stop{stop_fd_, POLLIN, 0};
    const auto until = Deadline::after(duration);
    while (!until.passed())
        if (::poll(&stop, 1, until.poll_timeout()) > 0)
            throw Error(ErrorKind::interrupted, config_.address.text(), "interrupted");
}

std::vector<Reply> Client::exchange(std::string_view requests, std::size_t count,
                                    Deadline deadline) {
    std::vector<Reply> replies;
    replies.reserve(count);
    try {
        Session& session = this->session(deadline);
        session.output().append(requests);
        while (true) {
            session.flush();
            while (replies.size() < count) {
                auto reply = session.next();
                if (!reply)
                    break;
                replies.push_back(std::move(*reply));
            }
            if (replies.size() == count)
                return replies;
            wait(deadline);
            session.read();
        }
    } catch (const Error&) {
        disconnect(); // replies that are still owed must not answer a later command
        throw;
    }
}

Reply Client::call(std::string_view subject, std::initializer_list<std::string_view> command,
                   Deadline deadline) {
    std::string request;
    append_command(request, command);
    Reply reply = std::move(exchange(request, 1, deadline).front());
    if (reply.is_error())
        throw ReplyError(std::string(subject), reply.text);
    return reply;
}

} // namespace redis
