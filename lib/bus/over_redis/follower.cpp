#include "bus/over_redis/follower.hpp"

#include "base/printable.hpp"
#include "bus/over_redis/entry.hpp"
#include "loop/event_loop.hpp"
#include "redis/error.hpp"

#include <algorithm>

namespace bus::over_redis {

using base::Error;
using message::Kind;
using message::Message;

namespace {

// What one XREAD should bring: enough to be efficient, little enough to be held.
constexpr std::size_t wanted_bytes = 4U << 20;
constexpr std::size_t most_count = 1000;
constexpr std::size_t most_entries = 10'000; // over all streams

} // namespace

Follower::Follower(loop::EventLoop& loop, const redis::Config& config, const std::string& prefix,
                   FollowOptions options, FollowHandler& handler, Observer& observer)
    : keys_(prefix), options_(std::move(options)), handler_(handler), observer_(observer),
      control_(loop, config, control_handler_), reader_(loop, config, reader_handler_),
      topics_(
          loop, config, keys_, options_.subscriptions, control_,
          [this](Kind kind, std::string_view topic, std::int64_t dies_at, bool appeared) {
              add_topic(kind, topic, dies_at, appeared);
          },
          [this] { on_listed(); }),
      unblocker_(loop, reader_, control_), start_deadline_(base::Deadline::never()) {}

void Follower::start() {
    start_deadline_ = base::Deadline::after(options_.start_patience);
    control_.open();
    reader_.open();
}

void Follower::ControlHandler::on_connected() {
    follower.on_control_connected();
}

void Follower::ControlHandler::on_disconnected(const Error& error,
                                               std::chrono::milliseconds retry_in, int attempt) {
    follower.on_connection_lost(error, retry_in, attempt);
}

void Follower::ReaderHandler::on_connected() {
    follower.unblocker_.learn();
    // An answer may have been lost, and with it the knowledge of which streams have more.
    follower.catch_up();
}

void Follower::ReaderHandler::on_disconnected(const Error& error, std::chrono::milliseconds, int) {
    follower.reading_ = false;
    follower.unblocker_.set_blocked(false);
    if (!redis::is_transient(error))
        follower.fail(std::make_exception_ptr(error));
}

void Follower::on_control_connected() {
    if (started_) {
        look_for_losses();
    } else { // what was on its way is lost: begin anew
        streams_.clear();
        kept_.clear();
        starts_due_ = 0;
        listed_ = false;
    }
    topics_.start();
}

void Follower::catch_up() {
    caught_up_ = false;
    for (auto& [key, stream] : streams_)
        stream.exhausted = false;
    wake_reader();
}

// A stream that is behind us was made anew, by a server that came back without its data; one whose
// deleted entries reach beyond us has lost some that we have not seen.
void Follower::look_for_losses() {
    topics_gone_ = 0;
    for (const auto& [key, stream] : streams_)
        control_.send({"XINFO", "STREAM", key},
                      [this, name = key](redis::Reply&& info) { look_for_loss(name, info); });
    control_.send({"PING"}, [this](redis::Reply&&) {
        if (topics_gone_ > 0)
            observer_.on_warning("the server came back without the messages of " +
                                 std::to_string(topics_gone_) + " topics");
        catch_up();
    });
}

void Follower::look_for_loss(const std::string& key, const redis::Reply& info) {
    const auto at = streams_.find(key);
    if (at == streams_.end())
        return;
    Stream& stream = at->second;
    if (info.is_error()) { // the next stream by this name will have later IDs
        if (stream.dies_at == 0 && stream.read_up_to != "0-0")
            ++topics_gone_;
        return;
    }
    const std::string& last = info.value_of("last-generated-id").text;
    const std::string& deleted = info.value_of("max-deleted-entry-id").text;
    if (id_less(last, stream.read_up_to)) {
        stream.read_up_to = "0-0";
        observer_.on_warning("the server has lost messages of " + base::quoted(stream.topic));
    } else if (id_less(stream.read_up_to, deleted)) {
        observer_.on_warning("messages of " + base::quoted(stream.topic) +
                             " were trimmed in between");
    }
}

void Follower::on_connection_lost(const Error& error, std::chrono::milliseconds retry_in,
                                  int attempt) {
    if (!redis::is_transient(error) || (!started_ && start_deadline_.passed())) {
        fail(std::make_exception_ptr(error));
        return;
    }
    lost_ = true;
    observer_.on_waiting(error, retry_in, attempt);
}

void Follower::fail(std::exception_ptr error) noexcept {
    if (failed_)
        return;
    failed_ = true;
    control_.close();
    reader_.close();
    topics_.stop();
    unblocker_.set_blocked(false);
    handler_.on_failed(std::move(error));
}

void Follower::add_topic(Kind kind, std::string_view topic, std::int64_t dies_at, bool appeared) {
    static_cast<void>(appeared); // before the start the end of a stream counts, later its begin
    const std::string key = keys_.stream(kind, topic);
    const auto [at, is_new] = streams_.try_emplace(key);
    Stream& stream = at->second;
    if (dies_at != 0)
        stream.dies_at = dies_at;
    if (!is_new)
        return;
    stream.kind = kind;
    stream.topic = topic;
    if (!started_ || options_.since_ms) {
        find_start(key);
    } else {
        stream.read_up_to = "0-0";
    }
    if (started_ && !unblocker_.waking())
        wake_reader();
}

void Follower::on_listed() {
    listed_ = true;
    on_start_known();
}

void Follower::on_start_known() {
    if (started_ || !listed_ || starts_due_ > 0)
        return;
    started_ = true;
    if (options_.last)
        give_last();
    if (!options_.since_ms)
        on_caught_up();
    read();
}

void Follower::on_caught_up() {
    if (failed_)
        return;
    caught_up_ = true;
    if (lost_ && control_.connected()) {
        lost_ = false;
        observer_.on_recovered();
    }
    if (!told_caught_up_) {
        told_caught_up_ = true;
        handler_.on_caught_up();
    }
}

bool Follower::wanted(const Message& message) const {
    const Kind kind = message.kind == Kind::result ? Kind::command : message.kind;
    const bool matches = std::ranges::any_of(options_.subscriptions, [&](const auto& subscription) {
        return subscription.kind == kind &&
               topic::any_matches(subscription.patterns, message.routing_key);
    });
    return matches && (!options_.accepts || options_.accepts(message));
}

void Follower::read() {
    if (failed_ || !started_ || reading_ || !reader_.connected() ||
        (caught_up_ && !options_.follow))
        return;
    if (caught_up_)
        forget_dead_topics();
    std::vector<std::string_view> keys;
    std::vector<std::string_view> ids;
    for (auto& [key, stream] : streams_)
        if (caught_up_ || (!stream.exhausted && stream.pending.empty())) {
            keys.emplace_back(key);
            ids.emplace_back(stream.read_up_to);
            stream.exhausted = true; // unless the answer is full
        }
    if (keys.empty()) {
        if (!caught_up_)
            go_on(true);
        return; // a new topic comes by add_topic
    }
    count_ =
        std::clamp<std::size_t>(count_, 1, std::max<std::size_t>(1, most_entries / keys.size()));
    const std::string count = std::to_string(count_);
    const std::string block = std::to_string(unblocker_.longest_block().count());
    std::vector<std::string_view> command{"XREAD", "COUNT", count};
    if (caught_up_)
        command.insert(command.end(), {"BLOCK", block});
    command.emplace_back("STREAMS");
    command.insert(command.end(), keys.begin(), keys.end());
    command.insert(command.end(), ids.begin(), ids.end());
    reading_ = true;
    unblocker_.set_blocked(caught_up_);
    reader_.send(command, [this](redis::Reply&& reply) { on_read(std::move(reply)); });
}

void Follower::on_read(redis::Reply&& reply) {
    reading_ = false;
    unblocker_.set_blocked(false);
    if (reply.is_error())
        throw redis::ReplyError("read messages", reply.text);
    std::size_t bytes = 0;
    std::size_t entries = 0;
    for (redis::Reply& of_stream : reply.elements) {
        const auto at = streams_.find(of_stream.at(0).text);
        if (at == streams_.end() || of_stream.size() < 2)
            continue;
        std::vector<redis::Reply>& found = of_stream.elements[1].elements;
        at->second.exhausted = found.size() < count_;
        entries += found.size();
        bytes += take(at->second, found);
    }
    adapt_count(bytes, entries);
    go_on(reply.size() > 1);
}

// The next XREAD is on its way before the messages are given, so that the server works meanwhile.
void Follower::go_on(bool sort) {
    const bool was_caught_up = caught_up_;
    std::vector<Message> messages = was_caught_up ? collect(nullptr, sort) : collect_history();
    read();
    if (reading_)
        reader_.push();
    give(std::move(messages));
    if (caught_up_ && !was_caught_up)
        on_caught_up();
}

/// Puts a stream's new entries into its pending messages; gives their size in bytes.
std::size_t Follower::take(Stream& stream, std::vector<redis::Reply>& entries) {
    std::size_t bytes = 0;
    for (redis::Reply& entry : entries) {
        stream.read_up_to = entry.at(0).text;
        Message message = message_from_entry(std::move(entry), stream.kind, stream.topic);
        bytes += message.body.size() + 100;
        if (wanted(message))
            stream.pending.push_back(std::move(message));
    }
    return bytes;
}

/// Takes the pending messages that are not behind `horizon` (null: all of them).
std::vector<Message> Follower::collect(const std::string* horizon, bool sort) {
    std::vector<Message> messages;
    for (auto& [key, stream] : streams_)
        while (!stream.pending.empty() &&
               (horizon == nullptr || !id_less(*horizon, stream.pending.front().id))) {
            messages.push_back(std::move(stream.pending.front()));
            stream.pending.pop_front();
        }
    if (sort)
        std::ranges::stable_sort(messages, is_earlier);
    return messages;
}

// What is stored is given in order over all streams: up to where every stream has been read.
std::vector<Message> Follower::collect_history() {
    const std::string* horizon = nullptr;
    for (const auto& [key, stream] : streams_)
        if (!stream.exhausted && (horizon == nullptr || id_less(stream.read_up_to, *horizon)))
            horizon = &stream.read_up_to;
    caught_up_ = horizon == nullptr;
    return collect(horizon, streams_.size() > 1);
}

void Follower::give(std::vector<Message>&& messages) {
    if (messages.empty())
        return;
    try {
        handler_.on_messages(std::move(messages));
    } catch (...) {
        fail(std::current_exception());
    }
}

// Grows slowly, since what comes next may be larger than what came.
void Follower::adapt_count(std::size_t bytes, std::size_t entries) {
    if (entries > 0)
        count_ = std::clamp<std::size_t>(wanted_bytes / (bytes / entries + 1), 1,
                                         std::min(most_count, count_ * 4));
}

// A blocked XREAD does not know of a new stream.
void Follower::wake_reader() {
    if (unblocker_.blocked())
        unblocker_.wake();
    else
        read();
}

void Follower::forget_dead_topics() {
    const auto now = base::unix_ms();
    if (now < next_burial_ms_)
        return;
    next_burial_ms_ = now + 1000;
    std::erase_if(streams_, [now](const auto& item) {
        return item.second.dies_at != 0 && item.second.dies_at < now;
    });
}

} // namespace bus::over_redis
