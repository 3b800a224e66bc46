#include "bus/over_redis/consumer.hpp"

#include "base/printable.hpp"
#include "bus/over_redis/scripts.hpp"
#include "redis/command.hpp"
#include "redis/error.hpp"

#include <algorithm>

namespace bus::over_redis {

using base::Error;
using message::Kind;
using message::Message;

namespace {

std::vector<Subscription> without_configurations(std::vector<Subscription> subscriptions) {
    std::erase_if(subscriptions,
                  [](const Subscription& s) { return s.kind == Kind::configuration; });
    return subscriptions;
}

} // namespace

Consumer::Consumer(loop::EventLoop& loop, const BusOptions& bus, const redis::Config& config,
                   ConsumerOptions options, ConsumerHandler& handler, Observer& observer)
    : bus_(bus), config_(config), keys_(bus.prefix), options_(std::move(options)),
      handler_(handler), observer_(observer),
      subscriptions_(without_configurations(options_.subscriptions)),
      alive_key_(keys_.alive(options_.service, options_.instance)),
      control_(loop, config, control_handler_), reader_(loop, config, reader_handler_),
      unblocker_(loop, reader_, control_), outbox_(control_),
      topics_(
          loop, config, keys_, subscriptions_, control_,
          [this](Kind kind, std::string_view topic, std::int64_t dies_at, bool appeared) {
              if (dies_at == 0) // a requester's reply stream is nobody's work
                  add_topic(kind, topic, appeared);
          },
          [this] {
              listed_ = true;
              check_subscribed();
          }),
      dispatch_timer_(loop, [this] { dispatch(); }),
      acknowledge_timer_(loop, [this] { flush_acknowledgements(); }),
      claim_timer_(loop, [this] { claim(); }),
      known_timer_(loop, [this] { handler_.on_configurations_known(); }),
      stopped_timer_(loop, [this] { end(); }) {
    check_routing_key(options_.service);
    FollowOptions follow;
    for (const Subscription& subscription : options_.subscriptions)
        if (subscription.kind == Kind::configuration)
            follow.subscriptions.push_back(subscription);
    if (follow.subscriptions.empty())
        return;
    follow.last = 1;
    follow.last_of_each_topic = true;
    follow.start_patience = std::chrono::hours{24 * 365 * 100}; // a service waits for its bus
    configurations_ =
        std::make_unique<Follower>(loop, config, bus.prefix, std::move(follow),
                                   static_cast<FollowHandler&>(*this), configuration_notes_);
}

Consumer::~Consumer() = default;

void Consumer::start() {
    control_.open();
    if (!failed_)
        reader_.open();
    if (failed_)
        return;
    if (configurations_)
        configurations_->start();
    else
        known_timer_.schedule(std::chrono::microseconds{0});
}

void Consumer::call(std::string_view script, std::initializer_list<std::string_view> arguments,
                    redis::Connection::Callback callback) {
    scripts_.append_call(control_.output(), script, arguments.size());
    for (const std::string_view argument : arguments)
        redis::append_argument(control_.output(), argument);
    control_.sent(std::move(callback));
}

// ---- connections

void Consumer::on_control_connected() {
    if (lost_)
        observer_.on_recovered();
    lost_ = false;
    announced_.clear();
    scripts_.load(control_);
    // Before anything is taken: what a consumer without this key holds is up for grabs.
    control_.send({"SET", alive_key_, "1", "PX", std::to_string(options_.liveness.count())}, {});
    if (!heartbeat_)
        heartbeat_.emplace(config_, alive_key_, options_.liveness);
    subscribe_all();
    outbox_.resend();
    topics_.start();
}

void Consumer::on_control_lost(const Error& error, std::chrono::milliseconds retry_in,
                               int attempt) {
    subscribed_ = false;
    claims_due_ = 0;
    recoveries_due_ = 0;
    claim_timer_.cancel();
    if (stopping_ && held_.empty() && outbox_.empty()) {
        stopped_timer_.schedule(std::chrono::microseconds{0}); // nobody could forget this instance
        return;
    }
    if (!redis::is_transient(error)) {
        fail(std::make_exception_ptr(error));
        return;
    }
    lost_ = true;
    observer_.on_waiting(error, retry_in, attempt);
}

void Consumer::on_reader_connected() {
    unblocker_.learn();
    read();
}

void Consumer::on_reader_lost(const Error& error) {
    reading_ = false;
    recovery_due_ = true; // entries may have been handed out in an answer that never arrived
    unblocker_.set_blocked(false);
    // An answer beyond all bounds is asked for again in small pieces.
    const bool too_large = error.kind() == base::ErrorKind::protocol && ++bad_answers_ <= 3;
    if (too_large)
        entry_bytes_ = wanted_bytes;
    if (!too_large && !redis::is_transient(error))
        fail(std::make_exception_ptr(error));
    check_stopped();
}

void Consumer::close() noexcept {
    control_.close();
    reader_.close();
    topics_.stop();
    for (loop::Timer* timer :
         {&dispatch_timer_, &acknowledge_timer_, &claim_timer_, &known_timer_, &stopped_timer_})
        timer->cancel();
}

void Consumer::fail(std::exception_ptr error) noexcept {
    if (failed_)
        return;
    failed_ = true;
    close();
    handler_.on_failed(std::move(error));
}

// ---- subscriptions

void Consumer::add_topic(Kind kind, std::string_view topic, bool appeared) {
    const std::string key = keys_.stream(kind, topic);
    const auto [at, is_new] = groups_.try_emplace(key);
    if (!is_new)
        return;
    Group& group = at->second;
    group.kind = kind;
    group.topic = topic;
    group.key = key;
    group.resume_id = appeared ? "0" : "$";
    subscribe(group);
}

void Consumer::subscribe_all() {
    groups_due_ = 0;
    for (auto& [key, group] : groups_)
        subscribe(group);
}

void Consumer::subscribe(Group& group) {
    ++groups_due_;
    group.ready = false;
    call(subscribe_script, {"1", group.key, options_.service, group.resume_id},
         [this, &group](redis::Reply&& reply) {
             if (reply.is_error())
                 throw redis::ReplyError("subscribe to " + base::quoted(group.topic), reply.text);
             if (reply.at(0).integer == 1 && group.existed)
                 observer_.on_warning("the group of " + base::quoted(options_.service) + " in " +
                                      base::quoted(group.key) +
                                      " was gone and has been made again");
             if (!group.existed || reply.at(0).integer == 1)
                 group.resume_id = reply.at(1).text;
             group.ready = true;
             group.existed = true;
             --groups_due_;
             check_subscribed();
         });
    announce(group.kind, group.topic);
}

void Consumer::announce(Kind kind, const std::string& topic) {
    const std::string index = keys_.index(kind);
    if (!control_.connected() || !announced_.insert(index + topic).second)
        return;
    control_.send({"ZADD", index, "NX", "0", topic}, [this, index, topic](redis::Reply&& reply) {
        if (reply.integer == 1)
            control_.send({"PUBLISH", index, topic}, {});
    });
}

void Consumer::check_subscribed() {
    if (!listed_ || groups_due_ > 0 || failed_)
        return;
    if (!subscribed_) {
        subscribed_ = true;
        claim_timer_.schedule(std::chrono::microseconds{0});
        handler_.on_subscribed();
    }
    unblocker_.wake(); // the read that blocks does not know of a new stream
    read();
}

// The server lost its data, or somebody removed the streams or the groups.
void Consumer::subscribe_again(std::string_view why) {
    if (!subscribed_)
        return; // is being done
    observer_.on_warning("subscriptions are gone (" + base::printable_start(why, 200) +
                         "); subscribing again");
    subscribed_ = false;
    announced_.clear();
    subscribe_all();
}

// ---- stopping

void Consumer::stop() {
    if (stopping_)
        return;
    stopping_ = true;
    claim_timer_.cancel();
    dispatch_timer_.cancel();
    for (const Delivery& delivery : std::exchange(ready_, {}))
        release(delivery.tag);
    unblocker_.wake();
    flush_acknowledgements();
}

void Consumer::check_stopped() {
    if (!stopping_ || forgetting_ || failed_ || reading_ || !held_.empty() || !outbox_.empty())
        return;
    forgetting_ = true;
    heartbeat_.reset(); // takes the liveness key away, so that nobody waits for us
    if (control_.connected())
        forget_instance();
    else
        stopped_timer_.schedule(std::chrono::microseconds{0});
}

void Consumer::forget_instance() {
    auto due = std::make_shared<std::size_t>(1);
    const auto done = [this, due](redis::Reply&&) {
        if (--*due == 0)
            stopped_timer_.schedule(std::chrono::microseconds{0});
    };
    for (const auto& [key, group] : groups_) {
        ++*due;
        call(forget_script, {"1", key, options_.service, options_.instance}, done);
    }
    control_.send({"DEL", alive_key_}, done);
}

void Consumer::end() {
    close();
    handler_.on_stopped();
}

// ---- configurations

void Consumer::on_messages(std::vector<Message>&& messages) {
    for (const Message& message : messages)
        handler_.on_configuration(message);
}

void Consumer::on_caught_up() {
    handler_.on_configurations_known();
}

void Consumer::on_failed(std::exception_ptr error) noexcept {
    fail(std::move(error));
}

} // namespace bus::over_redis
