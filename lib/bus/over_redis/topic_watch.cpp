#include "bus/over_redis/topic_watch.hpp"

#include "redis/error.hpp"

#include <algorithm>

namespace bus::over_redis {

using message::Kind;

namespace {

// An announcement that was lost (its publisher died in between) is made up for by a look at the
// whole index now and then.
constexpr std::chrono::seconds relist_every{10};
// Where the server does not let us subscribe, the index alone tells of new topics.
constexpr std::chrono::seconds relist_unwatched_every{1};
// A topic that is announced and already gone from the index was transient. What was written to it
// may still be there for so long.
constexpr std::int64_t gone_topic_ms = 10'000;

bool lives_under_head(Kind kind) {
    return kind != Kind::event && kind != Kind::configuration;
}

} // namespace

TopicWatch::TopicWatch(loop::EventLoop& loop, const redis::Config& config, const Keys& keys,
                       const std::vector<Subscription>& subscriptions, redis::Connection& control,
                       OnTopic on_topic, std::function<void()> on_listed)
    : keys_(keys), subscriptions_(subscriptions), control_(control), on_topic_(std::move(on_topic)),
      on_listed_(std::move(on_listed)), subscriber_(loop, config, *this),
      relist_timer_(loop, [this] { list(); }) {
    for (const Subscription& subscription : subscriptions) {
        const bool wild = std::ranges::any_of(subscription.patterns, [&](const auto& pattern) {
            const auto literal = pattern.literal();
            return !literal || (lives_under_head(subscription.kind) &&
                                literal->find('.') == std::string_view::npos);
        });
        if (wild)
            wild_kinds_.push_back(subscription.kind);
    }
    subscriber_.set_push_callback([this](redis::Reply&& push) { on_push(std::move(push)); });
}

bool TopicWatch::covers(const Subscription& subscription, std::string_view topic) {
    return std::ranges::any_of(subscription.patterns, [&](const topic::Pattern& pattern) {
        return lives_under_head(subscription.kind)
                   ? pattern.matches_below(topic) || pattern.matches(topic)
                   : pattern.matches(topic);
    });
}

void TopicWatch::start() {
    for (const Subscription& subscription : subscriptions_)
        for (const topic::Pattern& pattern : subscription.patterns)
            if (const auto literal = pattern.literal())
                on_topic_(subscription.kind, topic_of(subscription.kind, *literal), 0, false);
    if (wild_kinds_.empty()) {
        on_listed_();
        return;
    }
    lists_due_ = 0; // those of an earlier connection never come
    list();
    if (!opened_) {
        opened_ = true;
        subscriber_.open();
    }
}

void TopicWatch::stop() noexcept {
    subscriber_.close();
    relist_timer_.cancel();
}

void TopicWatch::on_connected() {
    subscribed_ = true;
    subscriptions_due_ = wild_kinds_.size();
    for (const Kind kind : wild_kinds_)
        subscriber_.send({"SUBSCRIBE", keys_.index(kind)}, [this](redis::Reply&& reply) {
            if (reply.is_error())
                subscribed_ = false;
            // What appeared before the subscription. Only its answer tells that it holds: the list
            // goes over another connection and could overtake it.
            if (--subscriptions_due_ == 0)
                list();
        });
}

void TopicWatch::on_disconnected(const base::Error&, std::chrono::milliseconds, int) {
    // The control connection has the same server and speaks for both.
}

void TopicWatch::list() {
    relist_timer_.schedule(subscribed_ ? relist_every : relist_unwatched_every);
    if (!control_.connected())
        return; // `start` comes again
    lists_due_ += wild_kinds_.size();
    for (const Kind kind : wild_kinds_)
        list_kind(kind);
}

void TopicWatch::list_kind(Kind kind) {
    control_.send({"ZRANGE", keys_.index(kind), "0", "-1", "WITHSCORES"},
                  [this, kind](redis::Reply&& reply) {
                      if (reply.is_error())
                          throw redis::ReplyError("list the topics", reply.text);
                      const auto now = base::unix_ms();
                      for (std::size_t i = 0; i + 1 < reply.size(); i += 2) {
                          const std::int64_t dies_at = reply.elements[i + 1].as_integer();
                          if (dies_at == 0 || dies_at > now)
                              offer(kind, reply.elements[i].text, dies_at, listed_once_);
                      }
                      if (--lists_due_ == 0) {
                          listed_once_ = true;
                          on_listed_();
                      }
                  });
}

void TopicWatch::on_push(redis::Reply&& push) {
    if (push.at(0).text != "message")
        return;
    for (const Kind kind : wild_kinds_) {
        if (push.at(1).text != keys_.index(kind))
            continue;
        const std::string topic = push.at(2).text;
        if (kind != Kind::command || !control_.connected()) {
            offer(kind, topic, 0, true);
            continue;
        }
        // Most new command topics are reply streams, which must be forgotten when they have died.
        control_.send(
            {"ZSCORE", keys_.index(kind), topic}, [this, kind, topic](redis::Reply&& reply) {
                offer(kind, topic,
                      reply.is_nil() ? base::unix_ms() + gone_topic_ms : reply.as_integer(), true);
            });
    }
}

void TopicWatch::offer(Kind kind, std::string_view topic, std::int64_t dies_at, bool appeared) {
    for (const Subscription& subscription : subscriptions_)
        if (subscription.kind == kind && covers(subscription, topic)) {
            on_topic_(kind, topic, dies_at, appeared);
            return;
        }
}

} // namespace bus::over_redis
