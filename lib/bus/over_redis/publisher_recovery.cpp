// What a publisher does while the server is away, and when it is back.
#include "bus/over_redis/publisher.hpp"
#include "redis/command.hpp"
#include "redis/error.hpp"

#include <algorithm>

namespace bus::over_redis {

using base::Deadline;
using base::Error;
using base::ErrorKind;

void Publisher::recover(const Error& error) {
    if (!redis::is_transient(error))
        throw; // only called where one has been caught
    client_.disconnect();
    if (!give_up_at_)
        give_up_at_ = Deadline::earlier(options_.deadline, Deadline::after(options_.retry_for));
    note_reason(error);
    while (!give_up_at_->passed()) {
        const auto delay = backoff_.next();
        if (options_.observer != nullptr)
            options_.observer->on_waiting(*reason_, delay, backoff_.attempts());
        client_.pause(std::min<std::chrono::milliseconds>(
            delay, std::chrono::milliseconds{std::max(1, give_up_at_->poll_timeout())}));
        if (give_up_at_->passed())
            break;
        try {
            resume();
            return;
        } catch (const Error& again) {
            if (!redis::is_transient(again))
                throw;
            client_.disconnect();
            note_reason(again);
        }
    }
    give_up();
}

/// That the time is over tells less than why it was waited: a refusal is not forgotten for it.
void Publisher::note_reason(const Error& error) {
    if (!reason_ || error.kind() != ErrorKind::timeout)
        reason_ = error;
}

// Asks which of the batches in flight have been carried out, and sends the others again.
void Publisher::resume() {
    due_.clear();
    const auto deadline = Deadline::earlier(give_up_at_.value_or(options_.deadline),
                                            Deadline::after(client_.config().io_timeout));
    const bool any_sent = std::ranges::any_of(batches_, &Batch::sent);
    redis::Session& session = client_.session(deadline);
    if (any_sent) {
        std::string request;
        for (const Batch& batch : batches_)
            redis::append_command(request, {"GETBIT", mark_key_, std::to_string(batch.number)});
        const auto bits = client_.exchange(request, batches_.size(), deadline);
        for (std::size_t i = 0; i < batches_.size(); ++i) {
            if (bits[i].is_error())
                throw redis::ReplyError("ask how far publishing got", bits[i].text);
            if (bits[i].integer == 1 && !batches_[i].confirmed)
                confirm(batches_[i]);
        }
        drop_confirmed();
    }
    for (Batch& batch : batches_)
        if (!batch.confirmed)
            write(batch);
    session.flush();
}

void Publisher::give_up() const {
    const Error& error = *reason_;
    const ErrorKind kind =
        error.kind() == ErrorKind::timeout ? ErrorKind::timeout : ErrorKind::temporary;
    throw Error(kind, error.subject(), error.why(),
                error.hint().empty() ? "gave up after retrying" : error.hint());
}

} // namespace bus::over_redis
