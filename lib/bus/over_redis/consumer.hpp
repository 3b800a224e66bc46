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
    static constexpr std::size_t wanted_bytes = 8U << 20; // of one read
    // Handlers may be slow: after this long the loop gets a turn, and acknowledgements are sent.
    static constexpr std::chrono::milliseconds turn{2};
    // Whoever held it so often ended without a verdict: it may be why.
    static constexpr int suspect_deliveries = 3;

    struct Group { // ours, in one stream
        message::Kind kind;
        std::string topic;
        std::string key;
        std::string resume_id;                 // where to go on should the group vanish: nothing
                                               // up to here is pending with anybody
        std::vector<std::string> acknowledged; // not sent yet
        std::vector<std::string> strays;       // at the last look: given to us, not held
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

    /// The follower's connections have the same server as ours, which speak for them.
    struct ConfigurationNotes final : Observer {
        explicit ConfigurationNotes(Consumer& owner) : consumer(owner) {}
        void on_waiting(const base::Error&, std::chrono::milliseconds, int) override {}
        void on_recovered() override {}
        void on_warning(const std::string& text) override { consumer.observer_.on_warning(text); }
        Consumer& consumer;
    };

    void on_control_connected();
    void on_control_lost(const base::Error& error, std::chrono::milliseconds retry_in, int attempt);
    void on_reader_connected();
    void on_reader_lost(const base::Error& error);
    void fail(std::exception_ptr error) noexcept;

    void add_topic(message::Kind kind, std::string_view topic, bool appeared);
    void subscribe_all();
    void subscribe(Group& group);
    void announce(message::Kind kind, const std::string& topic);
    void check_subscribed();
    void subscribe_again(std::string_view why);

    void read();
    void on_read(redis::Reply&& reply);
    void claim();
    void on_claimed(Group& group, std::size_t most, redis::Reply&& reply);
    void on_script_error(const redis::Reply& reply);
    void take_again(Group& group, redis::Reply& reply);
    [[nodiscard]] std::vector<std::string> unknown(const Group& group,
                                                   const redis::Reply& ids) const;
    void look_for_strays();
    void end_recovery();
    void recover(Group& group, const std::vector<std::string>& ids, std::size_t& due);
    void retain();
    void take(Group& group, redis::Reply&& entry, int deliveries);
    void dispatch();
    [[nodiscard]] std::size_t room() const;

    Held* find(std::uint64_t tag);
    void settle(std::uint64_t tag, const Held& held, const std::vector<std::string>& dead_fields,
                const std::vector<message::Message>& effects);
    void add_settlement(const std::string& guard, std::string_view id,
                        const std::vector<std::string>& dead_fields,
                        const std::vector<message::Message>& messages, Outbox::OnReply on_reply);
    void on_settled(std::uint64_t tag, redis::Reply&& reply, bool repeated);
    void forget(std::uint64_t tag);
    void flush_acknowledgements();
    void flush_if_due();
    void check_stopped();
    void forget_instance();
    void end();
    void close() noexcept;
    void call(std::string_view script, std::initializer_list<std::string_view> arguments,
              redis::Connection::Callback callback);

    // Of the follower of configurations.
    void on_messages(std::vector<message::Message>&& messages) override;
    void on_caught_up() override;
    void on_failed(std::exception_ptr error) noexcept override;

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
    ConfigurationNotes configuration_notes_{*this};
    std::unique_ptr<Follower> configurations_;
    std::optional<Heartbeat> heartbeat_;

    loop::Timer dispatch_timer_;
    loop::Timer acknowledge_timer_;
    loop::Timer claim_timer_;
    loop::Timer known_timer_;
    loop::Timer stopped_timer_;
    std::map<std::string, Group> groups_; // by key; never shrinks
    std::unordered_map<std::uint64_t, Held> held_;
    std::deque<Delivery> ready_; // taken, not given to the handler yet
    std::set<std::string> announced_;
    base::SteadyClock::time_point flushed_at_{};
    std::uint64_t next_tag_ = 1;
    base::SteadyClock::time_point next_retention_{};
    std::size_t groups_due_ = 0;
    std::size_t claims_due_ = 0;
    std::size_t recoveries_due_ = 0;
    std::size_t suspects_held_ = 0;
    // A running mean, to bound what one read brings; it begins with caution.
    std::size_t entry_bytes_ = wanted_bytes / 10;
    std::size_t claims_ = 0;
    int bad_answers_ = 0; // since the last good one
    bool listed_ = false;
    bool subscribed_ = false;
    bool reading_ = false;
    bool recovery_due_ = false;
    bool lost_ = false;
    bool stopping_ = false;
    bool forgetting_ = false;
    bool failed_ = false;
};

} // namespace bus::over_redis
