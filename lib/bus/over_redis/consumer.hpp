#pragma once

#include "bus/bus.hpp"
#include "bus/over_redis/follower.hpp"
#include "bus/over_redis/heartbeat.hpp"
#include "bus/over_redis/keys.hpp"
#include "bus/over_redis/outbox.hpp"
#include "bus/over_redis/script_set.hpp"
#include "bus/over_redis/topic_watch.hpp"
#include "bus/over_redis/unblocker.hpp"
#include "redis/connection.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

namespace bus::over_redis {

/// One consumer in the group of its service, in each stream that its subscriptions cover
/// (DESIGN.md section 3.1, RELIABILITY.md 4.2). One connection blocks in XREADGROUP, one does
/// everything else, and a thread keeps the liveness key fresh.
class Consumer : public bus::Consumer, private FollowHandler {
public:
    Consumer(loop::EventLoop& loop, const BusOptions& bus, const redis::Config& config,
             ConsumerOptions options, ConsumerHandler& handler, Observer& observer);
    ~Consumer() override;

    void start() override;
    void acknowledge(std::uint64_t tag, const std::vector<message::Message>& effects) override;
    void dead_letter(std::uint64_t tag, std::string_view reason, std::string_view error,
                     const std::vector<message::Message>& effects) override;
    void release(std::uint64_t tag) override;
    void publish(const message::Message& message) override;
    void log(const message::Message& message) override;
    void stop() override;

private:
    struct Group { // ours, in one stream
        message::Kind kind;
        std::string topic;
        std::string key;
        std::string resume_id;                 // where to go on should the group vanish
        std::vector<std::string> acknowledged; // not sent yet
        bool ready = false;
        bool existed = false;
    };
    struct Held {
        Group* group;
        std::string id;
        int deliveries;
    };
    struct ControlHandler final : redis::ConnectionHandler {
        explicit ControlHandler(Consumer& owner) : consumer(owner) {}
        void on_connected() override { consumer.on_control_connected(); }
        void on_disconnected(const base::Error& error, std::chrono::milliseconds retry_in,
                             int attempt) override {
            consumer.on_control_lost(error, retry_in, attempt);
        }
        Consumer& consumer;
    };
    struct ReaderHandler final : redis::ConnectionHandler {
        explicit ReaderHandler(Consumer& owner) : consumer(owner) {}
        void on_connected() override { consumer.on_reader_connected(); }
        void on_disconnected(const base::Error& error, std::chrono::milliseconds, int) override {
            consumer.on_reader_lost(error);
        }
        Consumer& consumer;
    };

    void on_control_connected();
    void on_control_lost(const base::Error& error, std::chrono::milliseconds retry_in, int attempt);
    void on_reader_connected();
    void on_reader_lost(const base::Error& error);
    void fail(std::exception_ptr error) noexcept;

    void add_topic(message::Kind kind, std::string_view topic, bool appeared);
    void create_group(Group& group, std::string_view from);
    void announce(message::Kind kind, const std::string& topic);
    void check_subscribed();
    void recreate_groups(std::string_view why);

    void read();
    void on_read(redis::Reply&& reply);
    void recover_unknown();
    void claim();
    void on_claimed(Group& group, redis::Reply&& reply);
    void retain();
    void take(Group& group, redis::Reply&& entry, int deliveries);
    void dispatch();
    [[nodiscard]] std::size_t room() const;

    Held* find(std::uint64_t tag);
    void settle(std::uint64_t tag, const Held& held, const std::vector<std::string>& dead_fields,
                const std::vector<message::Message>& effects);
    void on_settled(std::uint64_t tag, redis::Reply&& reply, bool repeated);
    void forget(std::uint64_t tag);
    void flush_acknowledgements();
    void flush_if_due();
    void check_stopped();
    void forget_instance();

    // Of the follower of configurations.
    void on_messages(std::vector<message::Message>&& messages) override;
    void on_caught_up() override;
    void on_failed(std::exception_ptr error) noexcept override;

    loop::EventLoop& loop_;
    BusOptions bus_;
    redis::Config config_;
    Keys keys_;
    ConsumerOptions options_;
    ConsumerHandler& handler_;
    Observer& observer_;
    std::vector<Subscription> subscriptions_; // without the configurations
    std::string alive_key_;

    ControlHandler control_handler_{*this};
    ReaderHandler reader_handler_{*this};
    redis::Connection control_;
    redis::Connection reader_;
    Unblocker unblocker_;
    Outbox outbox_;
    ScriptSet scripts_;
    TopicWatch topics_;
    std::unique_ptr<Follower> configurations_;
    std::optional<Heartbeat> heartbeat_;

    loop::Timer dispatch_timer_;
    loop::Timer acknowledge_timer_;
    loop::Timer claim_timer_;
    std::map<std::string, Group> groups_; // by key; never shrinks
    std::unordered_map<std::uint64_t, Held> held_;
    std::deque<Delivery> ready_; // taken, not given to the handler yet
    std::set<std::string> announced_;
    base::SteadyClock::time_point flushed_at_{};
    std::uint64_t next_tag_ = 1;
    std::size_t groups_due_ = 0;
    std::size_t entry_bytes_ = 4096; // a running mean, to bound what one read brings
    unsigned claims_ = 0;
    bool listed_ = false;
    bool subscribed_ = false;
    bool reading_ = false;
    bool reader_was_connected_ = false;
    bool lost_ = false;
    bool stopping_ = false;
    bool forgetting_ = false;
    bool failed_ = false;
};

} // namespace bus::over_redis
