// What becomes of jobs that fail: once more, then to the dead letters.
#include "base/printable.hpp"
#include "service/instance.hpp"
#include "service/outcome.hpp"

#include <algorithm>

namespace service {

using base::Error;
using base::SteadyClock;
using message::Kind;
using message::Message;
using message::Severity;

namespace {

// A dead letter that the server refused is offered again this often; until then it stays pending.
constexpr std::chrono::seconds dead_letter_again{5};
constexpr std::size_t most_error_text = 16 * 1024;

} // namespace

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

} // namespace service
