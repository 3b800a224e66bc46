// How a consumer comes by its entries: reads, those of dead consumers, those that got lost on the
// way.

#include "base/printable.hpp"
#include "bus/over_redis/consumer.hpp"
#include "bus/over_redis/entry.hpp"
#include "bus/over_redis/scripts.hpp"
#include "redis/command.hpp"
#include "redis/error.hpp"

#include <algorithm>

namespace bus::over_redis {

using message::Kind;
using message::Message;

namespace {

// Entries taken over in one go, of unknown size.
constexpr std::size_t claimed_at_once = 20;
constexpr int livenesses_between_retentions = 10;

} // namespace

std::size_t Consumer::room() const {
    return held_.size() >= options_.prefetch ? 0 : options_.prefetch - held_.size();
}

void Consumer::read() {
    if (failed_ || stopping_ || reading_ || !subscribed_ || !reader_.connected())
        return;
    if (recovery_due_) {
        look_for_strays();
        return;
    }
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
    const std::string block = std::to_string(unblocker_.longest_block().count());
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
        // UNBLOCKED: the stream was deleted while the read waited for it.
        if (error.code() != "NOGROUP" && error.code() != "UNBLOCKED")
            throw redis::ReplyError(error);
        subscribe_again(error.why());
        check_stopped();
        return;
    }
    bad_answers_ = 0;
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
    Message message = message_from_entry(std::move(entry), group.kind, group.topic);
    entry_bytes_ = (entry_bytes_ * 15 + message.body.size() + 200) / 16;
    const std::uint64_t tag = next_tag_++;
    held_.emplace(tag, Held{&group, id, deliveries});
    if (deliveries >= suspect_deliveries)
        ++suspects_held_;
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

// ---- taking over

void Consumer::claim() {
    claim_timer_.schedule(options_.liveness / 3);
    if (!control_.connected() || !subscribed_ || stopping_ || claims_due_ > 0)
        return;
    // What is settled must be so on the server, too, before it is asked what we hold.
    flush_acknowledgements();
    if (!control_.connected())
        return;
    if (base::SteadyClock::now() >= next_retention_)
        retain();
    const std::string alive_prefix = keys_.alive(options_.service, "");
    const std::string least_idle = std::to_string(options_.liveness.count());
    const std::size_t each =
        room() == 0 ? 0 : std::clamp<std::size_t>(room() / groups_.size(), 1, claimed_at_once);
    const std::string most = std::to_string(each);
    const std::size_t suspects_turn = ++claims_ % std::max<std::size_t>(1, groups_.size());
    std::size_t number = 0;
    for (auto& [key, group] : groups_) {
        const bool suspects = number++ == suspects_turn && suspects_held_ == 0;
        if (!group.ready)
            continue;
        ++claims_due_;
        call(claim_script,
             {"1", key, options_.service, options_.instance, alive_prefix, least_idle, most,
              suspects ? "1" : "0"},
             [this, &group, each](redis::Reply&& reply) {
                 --claims_due_;
                 on_claimed(group, each, std::move(reply));
             });
    }
}

void Consumer::on_claimed(Group& group, std::size_t most, redis::Reply&& reply) {
    if (reply.is_error()) {
        on_script_error(reply);
        return;
    }
    if (most > 0 && reply.at(0).size() >= most) // there may be more
        claim_timer_.schedule(std::chrono::microseconds{0});
    take_again(group, reply);
    const std::string& oldest = reply.at(3).text;
    group.resume_id = oldest.empty() ? reply.at(4).text : id_before(oldest);
    // An entry that the server has given us and that we do not know of was in an answer that got
    // lost, or is in one that we have not read yet: then we shall know it the next time.
    std::vector<std::string> strays = unknown(group, reply.at(2));
    std::vector<std::string> twice;
    std::ranges::copy_if(strays, std::back_inserter(twice), [&](const std::string& id) {
        return std::ranges::find(group.strays, id) != group.strays.end();
    });
    group.strays = std::move(strays);
    recover(group, twice, claims_due_);
}

void Consumer::on_script_error(const redis::Reply& reply) {
    const redis::ReplyError error{"look after messages", reply.text};
    if (reply.text.find("NOGROUP") != std::string::npos ||
        reply.text.find("no such key") != std::string::npos)
        subscribe_again(error.why());
    else if (error.code() == "NOSCRIPT" || error.kind() == base::ErrorKind::no_permission)
        throw redis::ReplyError(error);
    // Anything else: the next look comes soon.
}

/// What a script has taken, and what it found missing.
void Consumer::take_again(Group& group, redis::Reply& reply) {
    if (reply.size() < 2)
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

// ---- strays: entries that the server has given to us, in an answer that never arrived

std::vector<std::string> Consumer::unknown(const Group& group, const redis::Reply& ids) const {
    std::set<std::string_view> known;
    if (ids.size() > 0)
        for (const auto& [tag, held] : held_)
            if (held.group == &group)
                known.insert(held.id);
    std::vector<std::string> result;
    for (const redis::Reply& id : ids.elements)
        if (!known.contains(id.text))
            result.push_back(id.text);
    return result;
}

/// After the reader's reconnection, before it reads anything new.
void Consumer::look_for_strays() {
    if (recoveries_due_ > 0)
        return; // is being done
    flush_acknowledgements();
    if (!control_.connected())
        return;
    ++recoveries_due_;
    for (auto& [key, group] : groups_) {
        ++recoveries_due_;
        control_.send({"XPENDING", key, options_.service, "-", "+", "1000", options_.instance},
                      [this, &group = group](redis::Reply&& reply) {
                          for (redis::Reply& entry : reply.elements)
                              entry.text = entry.at(0).text;
                          if (reply.is_error())
                              on_script_error(reply);
                          else
                              recover(group, unknown(group, reply), recoveries_due_);
                          end_recovery();
                      });
    }
    end_recovery();
}

void Consumer::end_recovery() {
    if (--recoveries_due_ > 0)
        return;
    recovery_due_ = false;
    read();
}

/// Takes these again, a few at a time; `due` counts the answers that are awaited.
void Consumer::recover(Group& group, const std::vector<std::string>& ids, std::size_t& due) {
    for (std::size_t i = 0; i < ids.size(); i += claimed_at_once) {
        const std::size_t count = std::min(claimed_at_once, ids.size() - i);
        std::string& out = control_.output();
        scripts_.append_call(out, recover_script, 4 + count);
        for (const std::string_view argument :
             {std::string_view{"1"}, std::string_view{group.key},
              std::string_view{options_.service}, std::string_view{options_.instance}})
            redis::append_argument(out, argument);
        for (std::size_t at = i; at < i + count; ++at)
            redis::append_argument(out, ids[at]);
        ++due;
        control_.sent([this, &group, &due](redis::Reply&& reply) {
            if (reply.is_error())
                on_script_error(reply);
            else
                take_again(group, reply);
            if (&due == &recoveries_due_)
                end_recovery();
            else
                --due;
        });
    }
}

void Consumer::retain() {
    next_retention_ = base::SteadyClock::now() + options_.liveness * livenesses_between_retentions;
    const std::string keep = std::to_string(bus_.keep_entries);
    const std::string oldest = std::to_string(base::unix_ms() - bus_.keep_age.count());
    for (const auto& [key, group] : groups_)
        if (group.ready)
            call(retention_script, {"1", key, keep, oldest}, {});
}

} // namespace bus::over_redis
