#pragma once

#include "bus/follower.hpp"
#include "bus/over_redis/keys.hpp"
#include "redis/connection.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace bus::over_redis {

/// Finds the topics that a set of subscriptions covers, those that exist and those that appear
/// later, through the index and its channel (DESIGN.md section 3.1). A pattern without wildcards
/// names its topic itself and needs no index.
class TopicWatch final : private redis::ConnectionHandler {
public:
    /// Called for each topic, possibly more than once. `dies_at` is 0, or the Unix ms at which a
    /// transient topic dies. `appeared`: it came into being after the watch began.
    using OnTopic = std::function<void(message::Kind kind, std::string_view topic,
                                       std::int64_t dies_at, bool appeared)>;

    /// `on_listed` is called each time everything in the index has been given to `on_topic`.
    /// `control` is used for reading the index; it and the rest outlive the watch.
    TopicWatch(loop::EventLoop& loop, const redis::Config& config, const Keys& keys,
               const std::vector<Subscription>& subscriptions, redis::Connection& control,
               OnTopic on_topic, std::function<void()> on_listed);

    /// To be called whenever `control` has connected. Gives the topics named without wildcards at
    /// once, then, when there are wildcards, lists the index and subscribes.
    void start();

    /// Ends the watch; nothing is called back any more.
    void stop() noexcept;

    /// The pattern's verdict about a topic as a whole.
    [[nodiscard]] static bool covers(const Subscription& subscription, std::string_view topic);

private:
    void on_connected() override;
    void on_disconnected(const base::Error& error, std::chrono::milliseconds retry_in,
                         int attempt) override;
    void on_push(redis::Reply&& push);
    void list();
    void list_kind(message::Kind kind);
    void offer(message::Kind kind, std::string_view topic, std::int64_t dies_at, bool appeared);

    const Keys& keys_;
    const std::vector<Subscription>& subscriptions_;
    redis::Connection& control_;
    OnTopic on_topic_;
    std::function<void()> on_listed_;
    std::vector<message::Kind> wild_kinds_;
    redis::Connection subscriber_;
    loop::Timer relist_timer_;
    std::size_t lists_due_ = 0;
    std::size_t subscriptions_due_ = 0;
    bool listed_once_ = false;
    bool opened_ = false;
    bool subscribed_ = false;
};

} // namespace bus::over_redis
