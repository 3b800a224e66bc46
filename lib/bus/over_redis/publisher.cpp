#include "bus/over_redis/publisher.hpp"

#include "base/printable.hpp"
#include "bus/over_redis/entry.hpp"
#include "bus/over_redis/scripts.hpp"
#include "redis/command.hpp"
#include "redis/error.hpp"

#include <algorithm>

namespace bus::over_redis {

using base::Deadline;
using base::Error;
using base::ErrorKind;
using message::Message;

namespace {

// One MULTI; and how many events may be unconfirmed. Deeper than this gains nothing measurable,
// and what is in flight is what a failure leaves in doubt.
constexpr std::size_t batch_events = 128;
constexpr std::size_t batch_bytes = 64 * 1024;
constexpr std::size_t window_events = 512;
constexpr std::size_t window_bytes = 8U << 20;
constexpr std::uint64_t check_every = 65'536;
// Longer than any retry lasts; the mark must be there when a publisher comes back.
constexpr std::string_view mark_seconds = "3600";
constexpr std::size_t commands_around = 4; // MULTI, SETBIT, EXPIRE, EXEC

} // namespace

Publisher::Publisher(const BusOptions& bus, const redis::Config& config,
                     const PublisherOptions& options)
    : client_(config, options.stop_fd), keys_(bus.prefix), options_(options),
      keep_entries_(bus.keep_entries), keep_age_(bus.keep_age), id_(base::random_id()) {}

Publisher::Topic& Publisher::topic_for(const Message& message) {
    const std::string_view name = topic_of(message.kind, message.routing_key);
    if (last_topic_ != nullptr && last_topic_->kind == message.kind && last_topic_->name == name)
        return *last_topic_;
    check_routing_key(message.routing_key);
    std::string stream = keys_.stream(message.kind, name);
    auto [at, is_new] = topics_.try_emplace(stream);
    if (is_new) {
        at->second = {message.kind, std::string(name), std::move(stream)};
        if (mark_key_.empty())
            mark_key_ = keys_.mark(name, id_);
        if (options_.mandatory)
            require_subscriber(at->second);
    }
    last_topic_ = &at->second;
    return at->second;
}

void Publisher::require_subscriber(const Topic& topic) {
    flush(); // the answer must not get between those of the pipeline
    std::string request;
    redis::append_command(request, {"XINFO", "GROUPS", topic.stream});
    while (true) {
        try {
            const auto deadline =
                Deadline::earlier(options_.deadline, Deadline::after(client_.config().io_timeout));
            const redis::Reply groups = std::move(client_.exchange(request, 1, deadline).front());
            if (groups.is_error() && groups.text.find("no such key") == std::string::npos)
                throw redis::ReplyError("look for subscribers of " + base::quoted(topic.name),
                                        groups.text);
            if (groups.size() > 0)
                return;
            break;
        } catch (const Error& error) {
            recover(error);
        }
    }
    throw Error(ErrorKind::no,
                std::string(message::kind_name(topic.kind)) + " " + base::quoted(topic.name),
                "no service is subscribed to it", "without --mandatory it is stored all the same");
}

void Publisher::publish(const Message& message) {
    Topic& topic = topic_for(message);
    if (batches_.empty() || batches_.back().sent) {
        batches_.emplace_back();
        batches_.back().number = next_batch_++;
    }
    Batch& batch = batches_.back();
    if (!topic.checked || topic.since_check >= check_every) {
        topic.checked = true;
        topic.since_check = 0;
        batch.checks.push_back(&topic);
    }
    append_xadd(batch.commands, topic.stream, message, topic.name);
    ++topic.since_check;
    ++batch.events;
    ++in_flight_;
    if (batch.events < batch_events && batch.commands.size() < batch_bytes)
        return;
    send();
    while (in_flight_ > window_events || (batches_.size() > 1 && held_bytes() > window_bytes))
        step();
}

std::size_t Publisher::held_bytes() const {
    std::size_t bytes = 0;
    for (const Batch& batch : batches_)
        bytes += batch.commands.size();
    return bytes;
}

void Publisher::send() {
    if (batches_.empty() || batches_.back().sent)
        return;
    try {
        // Before the first connection there is nothing to write to; `step` connects.
        if (client_.connected()) {
            write(batches_.back());
            client_.session(Deadline::never()).flush();
        } else {
            resume();
        }
    } catch (const Error& error) {
        recover(error);
    }
}

void Publisher::flush() {
    send();
    while (!batches_.empty() || !due_.empty()) // a new topic's announcement comes after its event
        step();
}

void Publisher::finish(std::chrono::milliseconds grace) {
    client_.ignore_stop();
    const auto deadline = Deadline::after(grace);
    try {
        while (!batches_.empty() && client_.connected() && !deadline.passed()) {
            if (!batches_.back().sent)
                write(batches_.back());
            client_.session(deadline).flush();
            client_.wait(deadline);
            client_.session(deadline).read();
            take_replies();
        }
    } catch (const Error&) {
        // What could not be confirmed in time is counted by `unconfirmed`; there is no more to say.
    }
}

std::uint64_t Publisher::unconfirmed() const noexcept {
    std::uint64_t events = 0;
    for (const Batch& batch : batches_)
        events += batch.sent && !batch.confirmed ? batch.events : 0;
    return events;
}

void Publisher::write(Batch& batch) {
    std::string& out = client_.session(Deadline::never()).output();
    for (Topic* topic : batch.checks) {
        redis::append_command(out, {"XLEN", topic->stream});
        due_.push_back({Due::What::length, 1, topic, 0});
        redis::append_command(out, {"ZADD", keys_.index(topic->kind), "NX", "0", topic->name});
        due_.push_back({Due::What::index, 1, topic, 0});
    }
    redis::append_command(out, {"MULTI"});
    out += batch.commands;
    redis::append_command(out, {"SETBIT", mark_key_, std::to_string(batch.number), "1"});
    redis::append_command(out, {"EXPIRE", mark_key_, mark_seconds});
    redis::append_command(out, {"EXEC"});
    due_.push_back({Due::What::queued, batch.events + commands_around - 1, nullptr, batch.number});
    due_.push_back({Due::What::exec, 1, nullptr, batch.number});
    batch.sent = true;
}

void Publisher::step() {
    try {
        redis::Session& session = client_.session(options_.deadline);
        session.flush();
        const std::uint64_t before = confirmed_;
        take_replies();
        if (confirmed_ != before || due_.empty())
            return;
        session.flush(); // what the replies asked for
        client_.wait(options_.deadline);
        session.read();
        take_replies();
    } catch (const Error& error) {
        recover(error);
    }
}

void Publisher::take_replies() {
    try {
        while (!due_.empty() && take_reply(due_.front()))
            if (--due_.front().replies == 0)
                due_.pop_front();
    } catch (...) {
        drop_confirmed(); // the count must be right for who reports the error
        throw;
    }
    drop_confirmed();
}

bool Publisher::take_reply(Due& due) {
    redis::Session& session = client_.session(Deadline::never());
    if (due.what == Due::What::exec)
        return take_exec(due);
    if (due.what == Due::What::queued) {
        redis::ReplySummary summary;
        if (!session.next_summary(summary))
            return false;
        if (!summary.error.empty()) {
            // What is refused here takes its whole MULTI with it.
            std::ranges::find(batches_, due.batch, &Batch::number)->sent = false;
            throw redis::ReplyError("publish", summary.error);
        }
        return true;
    }
    const auto reply = session.next();
    if (!reply)
        return false;
    // That a key is no stream is left to EXEC to say, which counts the events before it.
    const bool no_stream = due.what == Due::What::length && reply->text.starts_with("WRONGTYPE");
    if (reply->is_error() && due.what != Due::What::ignored && !no_stream)
        throw redis::ReplyError("publish to " + base::quoted(due.topic->name), reply->text);
    if (due.what == Due::What::length && !no_stream)
        look_after(*due.topic, reply->integer);
    if (due.what == Due::What::index && reply->integer == 1) {
        redis::append_command(session.output(),
                              {"PUBLISH", keys_.index(due.topic->kind), due.topic->name});
        due_.push_back({Due::What::ignored, 1, nullptr, 0});
    }
    return true;
}

bool Publisher::take_exec(const Due& due) {
    const auto batch = std::ranges::find(batches_, due.batch, &Batch::number);
    redis::Session& session = client_.session(Deadline::never());
    redis::ReplySummary summary;
    if (batch->events == 1) { // its ID is wanted
        const auto reply = session.next();
        if (!reply)
            return false;
        summary.type = reply->type;
        summary.elements = reply->size();
        if (reply->is_error())
            summary.error = reply->text;
        else if (reply->at(0).is_error())
            summary.error = reply->at(0).text;
        else
            last_id_ = reply->at(0).text;
    } else if (!session.next_summary(summary)) {
        return false;
    }
    if (!summary.error.empty()) {
        // Inside an EXEC the commands before the failing one have been carried out.
        if (summary.type == redis::Reply::Type::array &&
            std::all_of(batches_.begin(), batch, [](const Batch& b) { return b.confirmed; })) {
            confirmed_ += summary.error_at;
            batch->events -= summary.error_at;
        }
        throw redis::ReplyError("publish", summary.error);
    }
    if (summary.type != redis::Reply::Type::array ||
        summary.elements != batch->events + commands_around - 2)
        throw Error(ErrorKind::protocol, "publish", "the server did not confirm a batch");
    confirm(*batch);
    return true;
}

void Publisher::confirm(Batch& batch) {
    batch.confirmed = true;
    in_flight_ -= batch.events;
    if (give_up_at_ && options_.observer != nullptr)
        options_.observer->on_recovered();
    give_up_at_.reset();
    reason_.reset();
    backoff_.reset();
}

void Publisher::drop_confirmed() {
    while (!batches_.empty() && batches_.front().confirmed) {
        confirmed_ += batches_.front().events;
        batches_.pop_front();
    }
}

void Publisher::look_after(const Topic& topic, long long length) {
    if (static_cast<std::uint64_t>(length) <= keep_entries_)
        return;
    const std::string oldest = std::to_string(base::unix_ms() - keep_age_.count());
    redis::append_command(
        client_.session(Deadline::never()).output(),
        {"EVAL", retention_script, "1", topic.stream, std::to_string(keep_entries_), oldest});
    // Housekeeping may fail, e.g. without the permission for scripts; the events are safe.
    due_.push_back({Due::What::ignored, 1, nullptr, 0});
}

} // namespace bus::over_redis
