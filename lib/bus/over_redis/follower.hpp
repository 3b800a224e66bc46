#pragma once

#include "bus/bus.hpp"
#include "bus/over_redis/keys.hpp"
#include "bus/over_redis/topic_watch.hpp"
#include "bus/over_redis/unblocker.hpp"
#include "redis/connection.hpp"

#include <deque>
#include <map>
#include <string>

namespace bus::over_redis {

/// Reads streams with plain XREAD, without a group, so that Redis remembers nothing of it. Three
/// connections: one that blocks in XREAD, one for everything else, and the topic watch's.
/// What is stored is read without blocking and given in order over all streams, at the start as
/// after a lost connection; then it waits for what comes.
class Follower : public bus::Follower {
public:
    Follower(loop::EventLoop& loop, const redis::Config& config, const std::string& prefix,
             FollowOptions options, FollowHandler& handler, Observer& observer);

    void start() override;

private:
    struct Stream {
        message::Kind kind;
        std::string topic;
        std::string read_up_to; // stream ID; empty while not known yet
        std::int64_t dies_at = 0;
        bool exhausted = false;             // what was stored has been read to the end
        std::size_t scanned = 0;            // entries looked at for the last ones
        std::size_t page = 1;               // entries to look at next for them
        std::vector<message::Message> kept; // the last ones, where they count in each topic
        // Read and not given yet: what is stored is given in order over all streams.
        std::deque<message::Message> pending;
    };

    void on_control_connected();
    void on_connection_lost(const base::Error& error, std::chrono::milliseconds retry_in,
                            int attempt);
    void add_topic(message::Kind kind, std::string_view topic, std::int64_t dies_at, bool appeared);
    void on_listed();
    void find_start(const std::string& key);
    void find_last(const std::string& key, std::string before);
    std::vector<message::Message>& kept_of(Stream& stream);
    std::size_t keep_last(Stream& stream, std::vector<redis::Reply>& entries);
    void on_start_known();
    void catch_up();
    void look_for_losses();
    void look_for_loss(const std::string& key, const redis::Reply& info);
    void on_caught_up();
    void give_last();
    void read();
    void on_read(redis::Reply&& reply);
    std::size_t take(Stream& stream, std::vector<redis::Reply>& entries);
    void go_on(bool sort);
    std::vector<message::Message> collect(const std::string* horizon, bool sort);
    std::vector<message::Message> collect_history();
    void give(std::vector<message::Message>&& messages);
    void adapt_count(std::size_t bytes, std::size_t entries);
    void wake_reader();
    void forget_dead_topics();
    [[nodiscard]] bool wanted(const message::Message& message) const;
    void fail(std::exception_ptr error) noexcept;

    /// Connection handlers of the two connections.
    struct ControlHandler final : redis::ConnectionHandler {
        explicit ControlHandler(Follower& owner) : follower(owner) {}
        void on_connected() override;
        void on_disconnected(const base::Error& error, std::chrono::milliseconds retry_in,
                             int attempt) override;
        Follower& follower;
    };
    struct ReaderHandler final : redis::ConnectionHandler {
        explicit ReaderHandler(Follower& owner) : follower(owner) {}
        void on_connected() override;
        void on_disconnected(const base::Error& error, std::chrono::milliseconds retry_in,
                             int attempt) override;
        Follower& follower;
    };

    Keys keys_;
    FollowOptions options_;
    FollowHandler& handler_;
    Observer& observer_;
    ControlHandler control_handler_{*this};
    ReaderHandler reader_handler_{*this};
    redis::Connection control_;
    redis::Connection reader_;
    TopicWatch topics_;
    Unblocker unblocker_;
    base::Deadline start_deadline_;
    std::map<std::string, Stream> streams_; // by key
    std::vector<message::Message> kept_;    // a heap, the oldest on top: the last ones so far
    std::int64_t next_burial_ms_ = 0;       // when dead topics are looked for again
    std::size_t starts_due_ = 0;
    std::size_t topics_gone_ = 0; // after a reconnection
    std::size_t count_ = 10;      // entries a stream and XREAD; adapts to their size
    bool listed_ = false;
    bool started_ = false;
    bool caught_up_ = false; // with what was stored at the start, or came while it was away
    bool told_caught_up_ = false;
    bool reading_ = false;
    bool lost_ = false; // said to be away
    bool failed_ = false;
};

} // namespace bus::over_redis
