#include "bus/over_redis/consumer.hpp"

#include "base/printable.hpp"
#include "bus/over_redis/entry.hpp"
#include "bus/over_redis/scripts.hpp"
#include "loop/event_loop.hpp"
#include "redis/command.hpp"
#include "redis/error.hpp"

#include <algorithm>

namespace bus::over_redis {

using base::Error;
using message::Kind;
using message::Message;

namespace {

constexpr std::size_t wanted_bytes = 8U << 20; // of one read
constexpr std::chrono::milliseconds longest_block{5000};
// Handlers may be slow: after this long the loop gets a turn, and acknowledgements are sent.
constexpr std::chrono::milliseconds turn{2};
constexpr unsigned claims_between_retentions = 30;

std::vector<Subscription> without_configurations(std::vector<Subscription> subscriptions) {
    std::erase_if(subscriptions,
                  [](const Subscription& s) { return s.kind == Kind::configuration; });
    return subscriptions;
}

} // namespace

Consumer::Consumer(loop::EventLoop& loop, const BusOptions& bus, const redis::Config& config,
                   ConsumerOptions options, ConsumerHandler& handler, Observer& observer)
    : loop_(loop), bus_(bus), config_(config), keys_(bus.prefix), options_(std::move(options)),
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
      claim_timer_(loop, [this] { claim(); }) {
    check_routing_key(options_.service);
    FollowOptions follow;
    for (const Subscription& subscription : options_.subscriptions)
        if (subscription.kind == Kind::configuration)
            follow.subscriptions.push_back(subscription);
    if (follow.subscriptions.empty())
        return;
    follow.last = 1;
    follow.last_of_each_topic = true;
    configurations_ = std::make_unique<Follower>(loop, config, bus.prefix, std::move(follow),
                                                 static_cast<FollowHandler&>(*this), observer);
}

Consumer::~Consumer() = default;

void Consumer::start() {
    control_.open();
    reader_.open();
    if (configurations_)
        configurations_->start();
    else
        loop_.defer([this] { handler_.on_configurations_known(); });
}

// ---- connections

void Consumer::on_control_connected() {
    if (lost_)
        observer_.on_recovered();
    lost_ = false;
    groups_due_ = 0;
    announced_.clear();
    scripts_.load(control_);
    // Before anything is taken: what a consumer without this key holds is up for grabs.
    control_.send({"SET", alive_key_, "1", "PX", std::to_string(options_.liveness.count())}, {});
    if (!heartbeat_)
        heartbeat_.emplace(config_, alive_key_, options_.liveness);
    for (auto& [key, group] : groups_)
        create_group(group, group.resume_id);
    outbox_.resend();
    topics_.start();
    claim_timer_.schedule(options_.liveness / 3);
}

void Consumer::on_control_lost(const Error& error, std::chrono::milliseconds retry_in,
                               int attempt) {
    subscribed_ = false;
    claim_timer_.cancel();
    if (stopping_ && held_.empty() && outbox_.empty()) {
        handler_.on_stopped(); // nobody is left who could forget this instance
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
    if (reader_was_connected_)
        recover_unknown();
    reader_was_connected_ = true;
    read();
}

void Consumer::on_reader_lost(const Error& error) {
    reading_ = false;
    unblocker_.set_blocked(false);
    if (!redis::is_transient(error))
        fail(std::make_exception_ptr(error));
    check_stopped();
}

void Consumer::fail(std::exception_ptr error) noexcept {
    if (failed_)
        return;
    failed_ = true;
    control_.close();
    reader_.close();
    topics_.stop();
    dispatch_timer_.cancel();
    acknowledge_timer_.cancel();
    claim_timer_.cancel();
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
    group.resume_id = appeared ? "0" : std::to_string(base::unix_ms()) + "-0";
    create_group(group, appeared ? "0" : "$");
}

void Consumer::create_group(Group& group, std::string_view from) {
    ++groups_due_;
    group.ready = false;
    control_.send(
        {"XGROUP", "CREATE", group.key, options_.service, from, "MKSTREAM"},
        [this, &group](redis::Reply&& reply) {
            if (!reply.is_error() && group.existed)
                observer_.on_warning("the group of " + base::quoted(options_.service) + " in " +
                                     base::quoted(group.key) + " was gone and has been made again");
            if (reply.is_error() && !reply.text.starts_with("BUSYGROUP"))
                throw redis::ReplyError("subscribe to " + base::quoted(group.topic), reply.text);
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
        handler_.on_subscribed();
    }
    unblocker_.wake(); // the read that blocks does not know of a new stream
    read();
}

// The server lost its data, or somebody removed the streams or the groups.
void Consumer::recreate_groups(std::string_view why) {
    if (!subscribed_)
        return; // is being done
    observer_.on_warning("subscriptions are gone (" + std::string(why) + "); subscribing again");
    subscribed_ = false;
    announced_.clear();
    for (auto& [key, group] : groups_)
        create_group(group, group.resume_id);
}

// ---- reading

std::size_t Consumer::room() const {
    return held_.size() >= options_.prefetch ? 0 : options_.prefetch - held_.size();
}

void Consumer::read() {
    if (failed_ || stopping_ || reading_ || !subscribed_ || !reader_.connected())
        return;
    // Not for every free place: many small reads cost more than one large one.
    if (!held_.empty() && room() < std::max<std::size_t>(1, options_.prefetch / 2))
        return;
    std::vector<std::string_view> keys;
    for (const auto& [key, group] : groups_)
        if (group.ready)
            keys.push_back(key);
    if (keys.empty())
        return;
    const std::size_t count = std::clamp<std::size_t>(
        wanted_bytes / entry_bytes_, 1, std::max<std::size_t>(1, room() / keys.size()));
    const std::string count_text = std::to_string(count);
    const std::string block =
        std::to_string(std::min(longest_block, config_.io_timeout / 2).count());
    std::vector<std::string_view> command{"XREADGROUP",      "GROUP", options_.service,
                                          options_.instance, "COUNT", count_text,
                                          "BLOCK",           block,   "STREAMS"};
    command.insert(command.end(), keys.begin(), keys.end());
    command.insert(command.end(), keys.size(), ">");
    reading_ = true;
    unblocker_.set_blocked(true);
    reader_.send(command, [this](redis::Reply&& reply) { on_read(std::move(reply)); });
    reader_.flush();
}

void Consumer::on_read(redis::Reply&& reply) {
    reading_ = false;
    unblocker_.set_blocked(false);
    if (reply.is_error()) {
        const redis::ReplyError error{"read messages", reply.text};
        if (error.code() != "NOGROUP")
            throw redis::ReplyError(error);
        recreate_groups(error.why());
        return;
    }
    for (redis::Reply& of_stream : reply.elements) {
        const auto group = groups_.find(of_stream.at(0).text);
        if (group != groups_.end() && of_stream.size() == 2)
            for (redis::Reply& entry : of_stream.elements[1].elements)
                take(group->second, std::move(entry), 1);
    }
    if (stopping_)
        check_stopped();
    else if (ready_.empty())
        read();
}

void Consumer::take(Group& group, redis::Reply&& entry, int deliveries) {
    const std::string id = entry.at(0).text;
    const bool trimmed = !entry.at(1).is_array();
    if (id_less(group.resume_id, id))
        group.resume_id = id;
    Message message = message_from_entry(std::move(entry), group.kind, group.topic);
    entry_bytes_ = (entry_bytes_ * 15 + message.body.size() + 200) / 16;
    const std::uint64_t tag = next_tag_++;
    held_.emplace(tag, Held{&group, id, deliveries});
    const bool ours = group.kind != Kind::command || message.kind == Kind::result ||
                      group.topic == options_.service ||
                      std::ranges::any_of(subscriptions_, [&](const Subscription& subscription) {
                          return subscription.kind == Kind::command &&
                                 topic::any_matches(subscription.patterns, message.routing_key);
                      });
    if (stopping_) {
        release(tag);
    } else if (trimmed || !ours) {
        acknowledge(tag, {});
    } else {
        ready_.push_back({tag, deliveries, std::move(message)});
        if (!dispatch_timer_.scheduled())
            dispatch_timer_.schedule(std::chrono::microseconds{0});
    }
}

void Consumer::dispatch() {
    const auto until = base::SteadyClock::now() + turn;
    while (!ready_.empty() && !failed_) {
        Delivery delivery = std::move(ready_.front());
        ready_.pop_front();
        handler_.on_delivery(std::move(delivery));
        if (base::SteadyClock::now() >= until)
            break;
    }
    if (failed_)
        return;
    if (!ready_.empty())
        dispatch_timer_.schedule(std::chrono::microseconds{0});
    flush_acknowledgements();
    read();
}

// The reader's connection broke: the server may have handed out entries in an answer that never
// arrived.
void Consumer::recover_unknown() {
    flush_acknowledgements(); // what they name is not held any more, and must not come again
    for (auto& [key, group] : groups_) {
        if (!group.ready || !control_.connected())
            continue;
        std::vector<std::string_view> command{
            "EVALSHA",        scripts_.hash(recover_script), "1", key, options_.service,
            options_.instance};
        for (const auto& [tag, held] : held_)
            if (held.group == &group)
                command.emplace_back(held.id);
        control_.send(command, [this, &group = group](redis::Reply&& reply) {
            on_claimed(group, std::move(reply));
        });
    }
}

void Consumer::claim() {
    claim_timer_.schedule(options_.liveness / 3);
    if (!control_.connected() || !subscribed_ || stopping_)
        return;
    if (++claims_ % claims_between_retentions == 0)
        retain();
    const std::string alive_prefix = keys_.alive(options_.service, "");
    for (auto& [key, group] : groups_)
        if (group.ready)
            control_.send({"EVALSHA", scripts_.hash(claim_script), "1", key, options_.service,
                           options_.instance, alive_prefix,
                           std::to_string(options_.liveness.count()), std::to_string(room())},
                          [this, &group = group](redis::Reply&& reply) {
                              on_claimed(group, std::move(reply));
                          });
}

void Consumer::on_claimed(Group& group, redis::Reply&& reply) {
    if (reply.is_error()) {
        if (reply.text.find("NOGROUP") != std::string::npos ||
            reply.text.find("no such key") != std::string::npos)
            recreate_groups(base::printable_start(reply.text, 200));
        return; // the next look comes soon
    }
    if (reply.size() != 2)
        return;
    for (redis::Reply& taken : reply.elements[0].elements) {
        const int deliveries = static_cast<int>(taken.at(2).integer);
        take(group, std::move(taken), deliveries);
    }
    for (const redis::Reply& lost : reply.elements[1].elements)
        observer_.on_warning("message " + base::printable_start(lost.text, 40) + " of " +
                             base::quoted(group.topic) +
                             " was trimmed from its stream before it was handled: it is lost");
}

void Consumer::retain() {
    const std::string oldest = std::to_string(base::unix_ms() - bus_.keep_age.count());
    for (const auto& [key, group] : groups_)
        if (group.ready)
            control_.send({"EVALSHA", scripts_.hash(retention_script), "1", key,
                           std::to_string(bus_.keep_entries), oldest},
                          {});
}

// ---- settling

Consumer::Held* Consumer::find(std::uint64_t tag) {
    const auto at = held_.find(tag);
    return at == held_.end() ? nullptr : &at->second;
}

void Consumer::acknowledge(std::uint64_t tag, const std::vector<Message>& effects) {
    Held* held = find(tag);
    if (held == nullptr)
        return;
    if (!effects.empty()) {
        settle(tag, *held, {}, effects);
        return;
    }
    held->group->acknowledged.push_back(std::move(held->id));
    forget(tag);
    flush_if_due();
}

void Consumer::dead_letter(std::uint64_t tag, std::string_view reason, std::string_view error,
                           const std::vector<Message>& effects) {
    const Held* held = find(tag);
    if (held == nullptr)
        return;
    settle(tag, *held,
           {"reason", std::string(reason), "error", std::string(error), "origin",
            held->group->key + " " + held->id, "deliveries", std::to_string(held->deliveries)},
           effects);
}

void Consumer::settle(std::uint64_t tag, const Held& held,
                      const std::vector<std::string>& dead_fields,
                      const std::vector<Message>& effects) {
    std::vector<std::string> keys{held.group->key, keys_.dead(options_.service),
                                  keys_.index(Kind::command)};
    std::size_t arguments = 4 + dead_fields.size();
    for (const Message& effect : effects) {
        check_routing_key(effect.routing_key);
        const std::string topic{topic_of(effect.kind, effect.routing_key)};
        keys.push_back(keys_.stream(effect.kind, topic));
        arguments += 2 + field_arguments(effect, topic);
        if (effect.kind != Kind::result)
            announce(effect.kind, topic);
    }
    std::string request;
    redis::append_header(request, 3 + keys.size() + arguments);
    for (const std::string_view word :
         {std::string_view{"EVALSHA"}, std::string_view{scripts_.hash(settle_script)}})
        redis::append_argument(request, word);
    redis::append_argument(request, std::to_string(keys.size()));
    for (const std::string& key : keys)
        redis::append_argument(request, key);
    redis::append_argument(request, options_.service);
    redis::append_argument(request, options_.instance);
    redis::append_argument(request, held.id);
    redis::append_argument(request, std::to_string(dead_fields.size()));
    for (const std::string& field : dead_fields)
        redis::append_argument(request, field);
    for (const Message& effect : effects) {
        const std::string_view topic = topic_of(effect.kind, effect.routing_key);
        redis::append_argument(request, effect.kind == Kind::result ? topic : std::string_view{});
        redis::append_argument(request, std::to_string(field_arguments(effect, topic)));
        append_fields(request, effect, topic);
    }
    outbox_.add(std::move(request), [this, tag](redis::Reply&& reply, bool repeated) {
        on_settled(tag, std::move(reply), repeated);
    });
    flush_if_due();
}

void Consumer::on_settled(std::uint64_t tag, redis::Reply&& reply, bool repeated) {
    if (reply.is_error()) {
        handler_.on_refused(tag, redis::ReplyError("publish", reply.text));
        return;
    }
    // After a repetition "not held" means as a rule that the first one was carried out.
    if (reply.integer == 0 && !repeated)
        handler_.on_lost(tag);
    else
        handler_.on_settled(tag);
    forget(tag);
}

void Consumer::forget(std::uint64_t tag) {
    held_.erase(tag);
    if (stopping_)
        check_stopped();
    else if (ready_.empty())
        read();
}

void Consumer::flush_if_due() {
    // From within a slow handler the loop does not run; what is done must not wait for it.
    if (base::SteadyClock::now() - flushed_at_ >= turn)
        flush_acknowledgements();
    else if (!acknowledge_timer_.scheduled())
        acknowledge_timer_.schedule(std::chrono::microseconds{0});
}

void Consumer::flush_acknowledgements() {
    flushed_at_ = base::SteadyClock::now();
    for (auto& [key, group] : groups_) {
        if (group.acknowledged.empty())
            continue;
        std::string request;
        redis::append_header(request, 3 + group.acknowledged.size());
        redis::append_argument(request, "XACK");
        redis::append_argument(request, key);
        redis::append_argument(request, options_.service);
        for (const std::string& id : group.acknowledged)
            redis::append_argument(request, id);
        const auto count = static_cast<long long>(group.acknowledged.size());
        group.acknowledged.clear();
        outbox_.add(std::move(request), [this, count](redis::Reply&& reply, bool repeated) {
            if (!repeated && reply.integer < count)
                observer_.on_warning(std::to_string(count - reply.integer) +
                                     " acknowledgements came too late: another instance had taken "
                                     "the messages over");
            check_stopped();
        });
    }
    if (control_.connected())
        control_.flush();
    check_stopped();
}

void Consumer::release(std::uint64_t tag) {
    const Held* held = find(tag);
    if (held == nullptr)
        return;
    std::string request;
    redis::append_command(request, {"EVALSHA", scripts_.hash(release_script), "1", held->group->key,
                                    options_.service, options_.instance, held->id,
                                    std::to_string(held->deliveries - 1)});
    outbox_.add(std::move(request), [this, tag](redis::Reply&&, bool) {
        handler_.on_settled(tag);
        forget(tag);
    });
}

// ---- publishing

void Consumer::publish(const Message& message) {
    check_routing_key(message.routing_key);
    const std::string topic{topic_of(message.kind, message.routing_key)};
    announce(message.kind, topic);
    std::string request;
    redis::append_header(request, 5 + field_arguments(message, topic));
    for (const std::string& word :
         {std::string{"EVALSHA"}, scripts_.hash(publish_script), std::string{"2"},
          keys_.mark(topic, base::random_id()), keys_.stream(message.kind, topic)})
        redis::append_argument(request, word);
    append_fields(request, message, topic);
    outbox_.add(std::move(request), [this](redis::Reply&& reply, bool) {
        if (reply.is_error())
            observer_.on_warning("a message could not be published: " +
                                 base::printable_start(reply.text, 300));
        check_stopped();
    });
}

void Consumer::log(const Message& message) {
    constexpr std::size_t most_waiting = 1U << 20;
    if (!control_.connected() || control_.output().size() > most_waiting)
        return; // a log message never holds anything up
    const std::string topic{topic_of(message.kind, message.routing_key)};
    announce(message.kind, topic);
    append_xadd(control_.output(), keys_.stream(Kind::log, topic), message, topic, "10000");
    control_.sent({});
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
    if (control_.connected())
        forget_instance();
    else
        loop_.defer([this] { handler_.on_stopped(); });
}

void Consumer::forget_instance() {
    heartbeat_.reset(); // takes the liveness key away, so that nobody waits for us
    auto due = std::make_shared<std::size_t>(1);
    const auto done = [this, due](redis::Reply&&) {
        if (--*due == 0)
            loop_.defer([this] { handler_.on_stopped(); });
    };
    for (const auto& [key, group] : groups_) {
        ++*due;
        control_.send({"EVALSHA", scripts_.hash(forget_script), "1", key, options_.service,
                       options_.instance},
                      done);
    }
    control_.send({"DEL", alive_key_}, done);
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
