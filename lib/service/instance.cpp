#include "service/instance.hpp"

#include "base/id.hpp"
#include "base/printable.hpp"
#include "codec/cbor_item.hpp"
#include "codec/json_scanner.hpp"
#include "codec/parse_error.hpp"
#include "loop/event_loop.hpp"
#include "service/outcome.hpp"

#include <algorithm>
#include <unistd.h>

namespace service {

using base::Error;
using base::SteadyClock;
using message::Kind;
using message::LogRecord;
using message::Message;
using message::Severity;

namespace {

// A dead letter that the server refused is offered again this often; until then it stays pending.
constexpr std::chrono::seconds dead_letter_again{5};
constexpr std::size_t most_error_text = 16 * 1024;
// After this long in handlers the loop gets a turn: signals and answers wait there.
constexpr std::chrono::milliseconds turn{2};

/// What is wrong with the payload; empty when nothing is.
std::string payload_fault(const Message& message) {
    try {
        if (message.body.empty())
            return {}; // means null
        if (message.is_cbor())
            codec::validate_cbor(message.body);
        else
            codec::validate_json(message.body);
        return {};
    } catch (const codec::ParseError& error) {
        return error.in("payload").what();
    }
}

} // namespace

Instance::Instance(loop::EventLoop& loop, bus::Bus& bus, InstanceOptions options,
                   JobHandler& handler, bus::Observer& observer)
    : loop_(loop), options_(std::move(options)), handler_(handler), observer_(observer),
      consumer_(bus.consumer(loop, options_.consumer, *this, observer)),
      rest_timer_(loop, [this] { end_rests(); }), stop_timer_(loop, [this] { on_stop_timeout(); }),
      run_timer_(loop, [this] { run_waiting(); }) {
    for (const bus::Subscription& subscription : options_.consumer.subscriptions)
        if (subscription.kind == Kind::configuration)
            for (const topic::Pattern& pattern : subscription.patterns)
                if (const auto name = pattern.literal())
                    configurations_due_.emplace_back(*name);
}

void Instance::start() {
    consumer_->start();
}

// ---- becoming ready

void Instance::on_subscribed() {
    subscribed_ = true;
    check_ready();
}

void Instance::on_configuration(const Message& message) {
    try {
        if (const std::string fault = payload_fault(message); !fault.empty())
            throw Error(base::ErrorKind::data, "payload", fault);
        handler_.on_configuration(message);
    } catch (const std::exception& error) {
        const std::string text = "Unhandled error while processing configuration " +
                                 base::printable_start(message.routing_key, 255);
        log(Severity::alert, text, error.what(), message.conversation_id);
        observer_.on_warning(text + ": " + base::printable_start(error.what(), 300));
        return;
    }
    std::erase(configurations_due_, message.routing_key);
    check_configured();
}

void Instance::on_configurations_known() {
    configurations_known_ = true;
    check_configured();
}

void Instance::check_configured() {
    if (configured_ || !configurations_known_ || !configurations_due_.empty())
        return;
    configured_ = true;
    try {
        handler_.on_configured();
    } catch (...) {
        loop_.fail(std::current_exception());
        return;
    }
    check_ready();
}

void Instance::check_ready() {
    if (ready_ || !subscribed_ || !configured_ || stopping_)
        return;
    ready_ = true;
    try {
        handler_.on_ready();
    } catch (...) {
        loop_.fail(std::current_exception());
        return;
    }
    observer_.on_note(service() + " is ready");
    run_waiting();
}

// ---- jobs

void Instance::on_delivery(bus::Delivery&& delivery) {
    if (refuse_malformed(delivery))
        return;
    const std::uint64_t tag = delivery.tag;
    jobs_.emplace(tag, Pending{std::move(delivery.message)});
    waiting_.push_back(tag);
    run_waiting();
}

bool Instance::refuse_malformed(const bus::Delivery& delivery) {
    const Message& message = delivery.message;
    const std::string key = base::printable_start(message.routing_key, 255);
    std::string reason;
    std::string text;
    std::string full;
    if (delivery.deliveries > options_.consumer.most_deliveries) {
        reason = "poison";
        text = "Giving up on " + key;
        full = "handed out " + std::to_string(delivery.deliveries) +
               " times without a verdict: it may crash whoever handles it";
    } else if (message.conversation_id.empty()) {
        reason = "invalid";
        text = "Missing headers on " + key;
        full = "the message has no conversation_id";
    } else if (full = payload_fault(message); !full.empty()) {
        reason = "undecodable";
        text = "Unable to decode payload for " + key + "; dead lettering.";
    } else {
        return false;
    }
    log(Severity::emergency, text, full, message.conversation_id);
    observer_.on_warning(text + " (" + full + ")");
    jobs_.emplace(delivery.tag, Pending{message, 2, State::given_up, reason, full});
    bury(delivery.tag);
    return true;
}

void Instance::run_waiting() {
    if (!ready_ || starting_jobs_ || stopping_)
        return;
    starting_jobs_ = true; // a handler that ends its job at once comes back here
    const auto until = SteadyClock::now() + turn;
    bool first = true;
    while (!waiting_.empty() && running_ < options_.concurrency && !stopping_) {
        if (!first && SteadyClock::now() >= until) {
            run_timer_.schedule(std::chrono::microseconds{0});
            break;
        }
        first = false;
        const std::uint64_t tag = waiting_.front();
        waiting_.pop_front();
        const auto at = jobs_.find(tag);
        if (at == jobs_.end())
            continue;
        Pending& job = at->second;
        job.state = State::running;
        ++running_;
        handler_.start({tag, job.attempt, &job.message});
    }
    starting_jobs_ = false;
}

void Instance::succeed(std::uint64_t tag, std::vector<Message> effects) {
    const auto at = jobs_.find(tag);
    if (at == jobs_.end() || at->second.state != State::running)
        return;
    --running_;
    if (effects.empty()) {
        jobs_.erase(at);
        consumer_->acknowledge(tag, effects);
    } else {
        at->second.state = State::settling;
        try {
            consumer_->acknowledge(tag, effects);
        } catch (const Error& error) {
            on_refused(tag, error); // a name that no bus carries
        }
    }
    run_waiting();
}

void Instance::fail(std::uint64_t tag, std::string_view error) {
    const auto at = jobs_.find(tag);
    if (at == jobs_.end() || at->second.state != State::running)
        return;
    --running_;
    Pending& job = at->second;
    const std::string key = base::printable_start(job.message.routing_key, 255);
    log(Severity::alert, "Unhandled error while processing message " + key, error,
        job.message.conversation_id);
    if (job.attempt >= 2) {
        give_up(tag, "failed", error);
    } else {
        ++job.attempt;
        job.state = State::resting;
        if (stopping_)
            consumer_->release(tag); // another instance tries again
        else
            rest(tag, options_.retry_delay);
    }
    run_waiting();
}

void Instance::give_up(std::uint64_t tag, std::string_view reason, std::string_view error) {
    Pending& job = jobs_.at(tag);
    const Message& message = job.message;
    const std::string key = base::printable_start(message.routing_key, 255);
    log(Severity::emergency, "Giving up on " + key, error, message.conversation_id);
    observer_.on_warning("giving up on " + key + ": " + base::printable_start(error, 300));
    job.state = State::given_up;
    job.reason = reason;
    job.error = error;
    bury(tag);
}

/// Moves a job that is given up to the dead letters, with the error result that it owes.
void Instance::bury(std::uint64_t tag) {
    const Pending& job = jobs_.at(tag);
    const std::string error = base::printable_start(job.error, most_error_text);
    std::vector<Message> effects;
    if (job.message.kind == Kind::command && !job.message.reply_to.empty())
        effects.push_back(result_of(
            job.message,
            Outcome::error(job.reason == "failed" ? "unhandled exception" : job.reason, error),
            service()));
    try {
        consumer_->dead_letter(tag, job.reason, error, effects);
    } catch (const Error& refused) {
        observer_.on_warning(std::string("the error result cannot be sent: ") + refused.what());
        consumer_->dead_letter(tag, job.reason, error, {});
    }
}

void Instance::rest(std::uint64_t tag, std::chrono::milliseconds time) {
    const Rest rest{SteadyClock::now() + time, tag};
    rests_.insert(std::ranges::upper_bound(rests_, rest.until, {}, &Rest::until), rest);
    end_rests();
}

void Instance::end_rests() {
    const auto now = SteadyClock::now();
    while (!rests_.empty() && rests_.front().until <= now) {
        const std::uint64_t tag = rests_.front().tag;
        rests_.pop_front();
        const auto at = jobs_.find(tag);
        if (at == jobs_.end())
            continue;
        if (at->second.state == State::given_up) {
            bury(tag);
        } else {
            at->second.state = State::waiting;
            waiting_.push_back(tag);
        }
    }
    if (!rests_.empty())
        rest_timer_.schedule(
            std::chrono::ceil<std::chrono::milliseconds>(rests_.front().until - now));
    run_waiting();
}

void Instance::on_lost(std::uint64_t tag) {
    const auto at = jobs_.find(tag);
    if (at == jobs_.end())
        return;
    const std::string key = base::printable_start(at->second.message.routing_key, 255);
    const std::string text =
        "Too late with " + key + ": another instance has it, or its group is gone";
    log(Severity::warning, text, {}, at->second.message.conversation_id);
    observer_.on_warning(text);
    jobs_.erase(at);
}

void Instance::on_refused(std::uint64_t tag, const Error& error) {
    const auto at = jobs_.find(tag);
    if (at == jobs_.end())
        return;
    if (at->second.state == State::given_up) {
        observer_.on_warning(std::string("the dead letters cannot be written: ") + error.what() +
                             "; the message stays pending");
        rest(tag, dead_letter_again);
        return;
    }
    at->second.state = State::running;
    ++running_;
    fail(tag, error.what());
}

// ---- logging

void Instance::log(LogRecord record) {
    record.service = service();
    record.pid = getpid();
    consumer_->log(message::to_message(record));
}

void Instance::log(Severity severity, std::string_view text, std::string_view full,
                   std::string_view conversation_id) {
    LogRecord record;
    record.severity = severity;
    record.short_message = text;
    record.full_message = full;
    record.conversation_id = conversation_id;
    log(std::move(record));
}

// ---- stopping

void Instance::stop() {
    if (stopping_)
        return;
    stopping_ = true;
    log(Severity::warning, "Shutting down…");
    rest_timer_.cancel();
    stop_timer_.schedule(options_.stop_timeout);
    run_timer_.cancel();
    for (const auto& [tag, job] : jobs_)
        if (job.state == State::waiting || job.state == State::resting)
            consumer_->release(tag);
    for (const Rest& rest : std::exchange(rests_, {})) // also dead letters that were refused
        if (const auto at = jobs_.find(rest.tag);
            at != jobs_.end() && at->second.state == State::given_up)
            consumer_->release(rest.tag);
    waiting_.clear();
    consumer_->stop();
}

void Instance::on_stop_timeout() {
    if (running_ == 0) {
        observer_.on_warning("stopped without the bus's confirmation; what was not confirmed "
                             "comes again");
        loop_.stop();
        return;
    }
    for (auto& [tag, job] : jobs_)
        if (job.state == State::running) {
            handler_.abandon(tag);
            job.state = State::resting;
            consumer_->release(tag);
        }
    running_ = 0;
    stop_timer_.schedule(std::chrono::seconds{1});
}

void Instance::on_stopped() {
    loop_.stop();
}

void Instance::on_failed(std::exception_ptr error) noexcept {
    loop_.fail(std::move(error));
}

} // namespace service
