#include "bus/over_redis/follower.hpp"

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
constexpr std::chrono::milliseconds longest_block{5000};
// Looking for the last messages that are accepted ends after so many others.
constexpr std::size_t most_scanned = 100'000;

bool by_id(const Message& a, const Message& b) {
    return id_less(a.id, b.id);
}

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
      wake_timer_(loop, [this] { wake_reader(); }), start_deadline_(base::Deadline::never()) {}

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
    follower.reader_.send({"CLIENT", "ID"}, [this](redis::Reply&& reply) {
        follower.reader_id_ = std::to_string(reply.integer);
    });
    // An answer may have been lost, and with it the knowledge of which streams have more.
    for (auto& [key, stream] : follower.streams_)
        stream.exhausted = false;
    follower.read();
}

void Follower::ReaderHandler::on_disconnected(const Error& error, std::chrono::milliseconds, int) {
    follower.reading_ = false;
    follower.blocked_ = false;
    if (!redis::is_transient(error))
        follower.fail(std::make_exception_ptr(error));
}

void Follower::on_control_connected() {
    if (lost_)
        observer_.on_recovered();
    lost_ = false;
    starts_due_ = 0;
    for (auto& [key, stream] : streams_)
        if (stream.read_up_to.empty())
            find_start(key);
    topics_.start();
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
    wake_timer_.cancel();
    handler_.on_failed(std::move(error));
}

void Follower::add_topic(Kind kind, std::string_view topic, std::int64_t dies_at, bool appeared) {
    const std::string key = keys_.stream(kind, topic);
    const auto [at, is_new] = streams_.try_emplace(key);
    Stream& stream = at->second;
    if (dies_at != 0)
        stream.dies_at = dies_at;
    if (!is_new)
        return;
    stream.kind = kind;
    stream.topic = topic;
    if (appeared || listed_) {
        stream.read_up_to = "0-0";
        wake_reader();
    } else {
        find_start(key);
    }
}

void Follower::on_listed() {
    listed_ = true;
    on_start_known();
}

void Follower::find_start(const std::string& key) {
    Stream& stream = streams_.at(key);
    if (options_.since_ms) {
        // The greatest ID before that time: XREAD gives what comes behind it.
        stream.read_up_to = *options_.since_ms > 0
                                ? std::to_string(*options_.since_ms - 1) + "-18446744073709551615"
                                : "0-0";
        return;
    }
    if (options_.last) {
        ++starts_due_;
        find_last(key, "+");
        return;
    }
    ++starts_due_;
    control_.send({"XINFO", "STREAM", key}, [this, key](redis::Reply&& reply) {
        if (reply.is_error() && reply.text.find("no such key") == std::string::npos)
            throw redis::ReplyError("look at " + key, reply.text);
        const std::string& last = reply.value_of("last-generated-id").text;
        streams_.at(key).read_up_to = last.empty() ? "0-0" : last;
        --starts_due_;
        on_start_known();
    });
}

// Goes backwards page by page until enough messages are accepted.
void Follower::find_last(const std::string& key, std::string before) {
    const std::string count =
        std::to_string(std::clamp<std::uint64_t>(*options_.last, 10, most_count));
    control_.send(
        {"XREVRANGE", key, before, "-", "COUNT", count}, [this, key, count](redis::Reply&& reply) {
            if (reply.is_error())
                throw redis::ReplyError("look at " + key, reply.text);
            Stream& stream = streams_.at(key);
            const bool first_page = stream.read_up_to.empty();
            if (first_page)
                stream.read_up_to = reply.size() == 0 ? "0-0" : reply.at(0).at(0).text;
            const bool more = std::to_string(reply.size()) == count;
            const std::string oldest = more ? reply.elements.back().at(0).text : std::string{};
            for (redis::Reply& entry : reply.elements) {
                Message message = message_from_entry(std::move(entry), stream.kind, stream.topic);
                if (stream.pending.size() < *options_.last && wanted(message))
                    stream.pending.push_front(std::move(message));
            }
            stream.scanned += reply.size();
            if (more && stream.pending.size() < *options_.last && stream.scanned < most_scanned) {
                find_last(key, "(" + oldest);
                return;
            }
            --starts_due_;
            on_start_known();
        });
}

void Follower::on_start_known() {
    if (started_ || !listed_ || starts_due_ > 0)
        return;
    started_ = true;
    if (options_.last)
        give_last();
    if (!options_.since_ms) {
        caught_up_ = true;
        handler_.on_caught_up();
    }
    read();
}

void Follower::give_last() {
    std::vector<Message> all;
    for (auto& [key, stream] : streams_) {
        std::ranges::move(stream.pending, std::back_inserter(all));
        stream.pending.clear();
    }
    std::ranges::stable_sort(all, by_id);
    if (!options_.last_of_each_topic && all.size() > *options_.last)
        all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(*options_.last));
    give(std::move(all));
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
            give_history();
        return; // a new topic comes by add_topic
    }
    count_ =
        std::clamp<std::size_t>(count_, 1, std::max<std::size_t>(1, most_entries / keys.size()));
    const std::string count = std::to_string(count_);
    const std::string block =
        std::to_string(std::min(longest_block, reader_.config().io_timeout / 2).count());
    std::vector<std::string_view> command{"XREAD", "COUNT", count};
    if (caught_up_)
        command.insert(command.end(), {"BLOCK", block});
    command.emplace_back("STREAMS");
    command.insert(command.end(), keys.begin(), keys.end());
    command.insert(command.end(), ids.begin(), ids.end());
    reading_ = true;
    blocked_ = caught_up_;
    reader_.send(command, [this](redis::Reply&& reply) { on_read(std::move(reply)); });
}

void Follower::on_read(redis::Reply&& reply) {
    reading_ = false;
    blocked_ = false;
    wake_timer_.cancel();
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
    if (caught_up_)
        give_pending(nullptr, reply.size() > 1);
    else
        give_history();
    adapt_count(bytes, entries);
    read();
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

/// Gives the pending messages that are not behind `horizon` (null: all of them).
void Follower::give_pending(const std::string* horizon, bool sort) {
    std::vector<Message> messages;
    for (auto& [key, stream] : streams_)
        while (!stream.pending.empty() &&
               (horizon == nullptr || !id_less(*horizon, stream.pending.front().id))) {
            messages.push_back(std::move(stream.pending.front()));
            stream.pending.pop_front();
        }
    if (sort)
        std::ranges::stable_sort(messages, by_id);
    give(std::move(messages));
}

// What is stored is given in order over all streams: up to where every stream has been read.
void Follower::give_history() {
    const std::string* horizon = nullptr;
    for (const auto& [key, stream] : streams_)
        if (!stream.exhausted && (horizon == nullptr || id_less(stream.read_up_to, *horizon)))
            horizon = &stream.read_up_to;
    give_pending(horizon, streams_.size() > 1);
    if (horizon != nullptr || failed_)
        return;
    caught_up_ = true;
    handler_.on_caught_up();
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

void Follower::adapt_count(std::size_t bytes, std::size_t entries) {
    if (entries > 0)
        count_ = std::clamp<std::size_t>(wanted_bytes / (bytes / entries + 1), 1, most_count);
}

// A blocked XREAD does not know of a new stream: it is ended from the control connection. The
// command may overtake the XREAD that it is meant for, so it is repeated until an answer comes.
void Follower::wake_reader() {
    if (!blocked_) {
        read();
        return;
    }
    if (!control_.connected() || reader_id_.empty())
        return;
    // Without the permission for it, the new stream waits until the XREAD ends by itself.
    control_.send({"CLIENT", "UNBLOCK", reader_id_}, {});
    wake_timer_.schedule(std::chrono::milliseconds{20});
}

void Follower::forget_dead_topics() {
    const auto now = base::unix_ms();
    std::erase_if(streams_, [now](const auto& item) {
        return item.second.dies_at != 0 && item.second.dies_at < now;
    });
}

} // namespace bus::over_redis
