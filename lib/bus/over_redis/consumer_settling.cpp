// How a consumer's entries are settled, and what it publishes.

#include "base/id.hpp"
#include "base/printable.hpp"
#include "bus/over_redis/consumer.hpp"
#include "bus/over_redis/entry.hpp"
#include "bus/over_redis/scripts.hpp"
#include "codec/json_writer.hpp"
#include "redis/command.hpp"
#include "redis/error.hpp"

namespace bus::over_redis {

using base::Error;
using message::Kind;
using message::Message;

namespace {

// A script's unpack takes no more; two for each field.
constexpr std::size_t most_field_arguments = 6000;

/// What the sender of a command gets when no service of that name exists.
Message refusal_of(const Message& command, std::string_view service) {
    Message refusal;
    refusal.kind = Kind::result;
    refusal.routing_key = command.reply_to;
    refusal.conversation_id = command.conversation_id;
    refusal.correlation_id = command.correlation_id;
    refusal.status = "error";
    codec::JsonWriter json{refusal.body};
    json.begin_object();
    json.member("reason", "nobody answers");
    json.member("message", "nobody answers to " + base::quoted(service));
    json.end_object();
    return refusal;
}

} // namespace

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
    add_settlement(held.group->key, held.id, dead_fields, effects,
                   [this, tag](redis::Reply&& reply, bool repeated) {
                       on_settled(tag, std::move(reply), repeated);
                   });
    flush_if_due();
}

/// One call of settle_script, put into the outbox.
void Consumer::add_settlement(const std::string& guard, std::string_view id,
                              const std::vector<std::string>& dead_fields,
                              const std::vector<Message>& messages, Outbox::OnReply on_reply) {
    std::vector<std::string> keys{guard, keys_.dead(options_.service), keys_.index(Kind::command)};
    std::size_t count = 4 + dead_fields.size();
    std::string effects;
    const auto add = [&](std::string_view what, const Message& message) {
        check_routing_key(message.routing_key);
        const std::string topic{topic_of(message.kind, message.routing_key)};
        const std::size_t fields = field_arguments(message, topic);
        if (fields > most_field_arguments)
            throw Error(base::ErrorKind::data, "message " + base::quoted(message.routing_key),
                        "has too many headers");
        keys.push_back(keys_.stream(message.kind, topic));
        redis::append_argument(effects, what);
        redis::append_argument(effects, topic);
        redis::append_argument(effects, std::to_string(fields));
        append_fields(effects, message, topic);
        count += 3 + fields;
        return topic;
    };
    for (const Message& message : messages) {
        if (message.kind == Kind::result) {
            add("result", message);
        } else if (message.kind == Kind::command && !message.reply_to.empty()) {
            const std::string service = add("command", message);
            add("refusal", refusal_of(message, service));
        } else {
            announce(message.kind, add("message", message));
        }
    }
    std::string request;
    scripts_.append_call(request, settle_script, 1 + keys.size() + count);
    redis::append_argument(request, std::to_string(keys.size()));
    for (const std::string& key : keys)
        redis::append_argument(request, key);
    redis::append_argument(request, options_.service);
    redis::append_argument(request, options_.instance);
    redis::append_argument(request, id);
    redis::append_argument(request, std::to_string(dead_fields.size()));
    for (const std::string& field : dead_fields)
        redis::append_argument(request, field);
    request += effects;
    outbox_.add(std::move(request), std::move(on_reply));
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
    const auto at = held_.find(tag);
    if (at == held_.end())
        return;
    if (at->second.deliveries >= suspect_deliveries) {
        --suspects_held_;
        claim_timer_.schedule(std::chrono::microseconds{0}); // the next one waits
    }
    held_.erase(at);
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
    scripts_.append_call(request, release_script, 6);
    for (const std::string& argument :
         {std::string{"1"}, held->group->key, options_.service, options_.instance, held->id,
          std::to_string(held->deliveries - 1)})
        redis::append_argument(request, argument);
    outbox_.add(std::move(request), [this, tag](redis::Reply&&, bool) {
        handler_.on_settled(tag);
        forget(tag);
    });
}

// ---- publishing

void Consumer::publish(const Message& message) {
    const std::string topic{topic_of(message.kind, message.routing_key)};
    const std::string mark = keys_.mark(topic, base::random_id());
    add_settlement(mark, {}, {}, {message}, [this, mark](redis::Reply&& reply, bool) {
        if (reply.is_error())
            observer_.on_warning("a message could not be published: " +
                                 base::printable_start(reply.text, 300));
        control_.send({"UNLINK", mark}, {}); // answered: it will not be repeated
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

} // namespace bus::over_redis
