#include "tools/attach_service/stream_worker.hpp"

#include "base/duration.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "base/printable.hpp"
#include "service/outcome.hpp"
#include "tools/attach_service/journal.hpp"
#include "tools/attach_service/stream_pool.hpp"

#include <algorithm>
#include <utility>

namespace attach_service {

using base::SteadyClock;
using message::Kind;
using message::Message;
using namespace std::chrono_literals;

namespace {

constexpr auto steady_life = 10s; // after that its end is news, not another in a row
constexpr auto suspense = 200ms;
constexpr auto grace = 5s; // between SIGTERM and SIGKILL
constexpr auto close_patience = 1s;
constexpr auto close_grace = 2s;

} // namespace

StreamWorker::Run::Run(StreamWorker& worker, loop::EventLoop& loop)
    : child(loop, worker.surroundings_.settings.program, {},
            [&worker](Ending ending) { worker.on_exit(ending); }),
      in(loop, std::move(child.in),
         [&worker] { worker.suspect("it has closed its standard input"); }),
      lines(worker.surroundings_.settings.max_size,
            [&worker](std::string_view line, bool cut) { worker.on_line(line, cut); }),
      out(
          loop, std::move(child.out), [&worker](std::string_view bytes) { worker.on_bytes(bytes); },
          [&worker] { worker.suspect("it has closed its standard output"); }),
      err(loop, std::move(child.err), worker.surroundings_.journal) {
    child.end_group_too();
}

StreamWorker::StreamWorker(Surroundings& surroundings, StreamPool& pool)
    : surroundings_(surroundings), pool_(pool),
      relaunch_timer_(surroundings.loop, [this] { relaunch(); }),
      flush_timer_(surroundings.loop,
                   [this] {
                       if (run_)
                           run_->in.flush();
                   }),
      late_timer_(surroundings.loop, [this] { on_late(); }),
      suspicion_timer_(surroundings.loop, [this] { break_off(suspicion_); }),
      close_timer_(surroundings.loop, [this] { run_->child.stop(close_grace); }) {}

// ---- the program's life

void StreamWorker::launch() {
    run_ = nullptr;
    fault_.clear();
    suspicion_.clear();
    run_ = std::make_unique<Run>(*this, surroundings_.loop);
    const std::vector<std::string> names = pool_.configuration_names();
    configurations_due_.assign(names.begin(), names.end());
    send_configurations();
}

void StreamWorker::relaunch() {
    try {
        launch();
    } catch (const base::Error& error) {
        const auto delay = backoff_.next();
        surroundings_.journal.warn(std::string(error.what()) + "; trying again in " +
                                   base::format_duration(delay));
        relaunch_timer_.schedule(delay);
        return;
    }
    pool_.serve();
}

/// A broken pipe mostly means that the program has just ended, and how it did will be known at
/// once.
void StreamWorker::suspect(std::string why) {
    if (closing_ || !suspicion_.empty())
        return;
    suspicion_ = std::move(why);
    suspicion_timer_.schedule(suspense);
}

void StreamWorker::break_off(std::string why) {
    if (closing_ || !run_ || !fault_.empty())
        return;
    fault_ = std::move(why);
    run_->child.stop(grace);
}

void StreamWorker::on_exit(Ending ending) {
    if (fault_.empty()) { // what it said before it ended counts
        run_->out.drain();
        run_->lines.finish();
    }
    run_->err.finish();
    close_timer_.cancel();
    late_timer_.cancel();
    suspicion_timer_.cancel();
    if (closing_) {
        pool_.on_closed();
        return;
    }
    if (SteadyClock::now() - run_->since >= steady_life)
        backoff_.reset();
    const auto delay = backoff_.next();
    const std::string name = surroundings_.settings.program.name();
    const std::string why =
        fault_.empty() ? name + " ended: " + ending.text() : name + ": " + fault_;
    surroundings_.journal.warn(why + "; starting it again in " + base::format_duration(delay));
    relaunch_timer_.schedule(delay);
    std::string error = why;
    if (const std::string_view words = run_->err.last_words(); !words.empty())
        error += "\n" + std::string(words);
    fail_held(error);
}

void StreamWorker::fail_held(const std::string& why) {
    for (const Held& held : std::exchange(held_, {}))
        if (held.tag != 0)
            surroundings_.settlement.fail(held.tag, why);
}

void StreamWorker::close() {
    closing_ = true;
    relaunch_timer_.cancel();
    late_timer_.cancel();
    if (closed())
        return;
    run_->in.close();
    close_timer_.schedule(close_patience);
}

// ---- messages in

bool StreamWorker::has_room() const {
    return run_ && run_->child.running() && fault_.empty() && suspicion_.empty() && !closing_ &&
           held_.size() < surroundings_.settings.in_flight;
}

void StreamWorker::give(const service::Job& job) {
    send(job.tag, job);
}

void StreamWorker::send(std::uint64_t tag, const service::Job& job) {
    const auto& timeout = surroundings_.settings.handler_timeout;
    const std::uint64_t id = pool_.next_id();
    held_.push_back({id, tag, tag == 0 ? nullptr : job.message,
                     timeout ? SteadyClock::now() + *timeout : SteadyClock::time_point::max(),
                     tag == 0});
    append_request(run_->in.buffer(), id, job, surroundings_.settings.bare);
    note_conversation();
    if (timeout && held_.size() == 1)
        watch_time();
    if (surroundings_.settings.in_flight == 1)
        run_->in.flush();
    else if (!flush_timer_.scheduled())
        flush_timer_.schedule(0us); // several messages in one write
}

void StreamWorker::configure(const std::string& name) {
    if (std::ranges::find(configurations_due_, name) == configurations_due_.end())
        configurations_due_.push_back(name);
    send_configurations();
}

void StreamWorker::send_configurations() {
    while (!configurations_due_.empty() && has_room()) {
        const std::string name = std::move(configurations_due_.front());
        configurations_due_.pop_front();
        send(0, {0, 1, &pool_.configuration(name)});
    }
}

void StreamWorker::abandon(std::uint64_t tag) {
    for (Held& held : held_)
        if (held.tag == tag) {
            held.tag = 0;
            held.message = nullptr;
        }
}

/// What the program writes to standard error belongs to a conversation while it has one message.
void StreamWorker::note_conversation() {
    const bool one = held_.size() == 1 && held_.front().message != nullptr;
    run_->err.set_conversation(one ? std::string_view(held_.front().message->conversation_id)
                                   : std::string_view{});
}

void StreamWorker::watch_time() {
    if (held_.empty() || !surroundings_.settings.handler_timeout)
        late_timer_.cancel();
    else
        late_timer_.schedule(
            std::chrono::ceil<std::chrono::microseconds>(held_.front().until - SteadyClock::now()));
}

void StreamWorker::on_late() {
    break_off("no answer within " + base::format_duration(*surroundings_.settings.handler_timeout));
}

// ---- answers

void StreamWorker::on_bytes(std::string_view bytes) {
    run_->lines.feed(bytes);
}

void StreamWorker::on_line(std::string_view line, bool cut) {
    if (!fault_.empty() || closing_)
        return;
    const bool blank = line.find_first_not_of(" \t\r") == std::string_view::npos;
    if (blank && !surroundings_.settings.bare)
        return;
    try {
        if (cut)
            throw base::Error(base::ErrorKind::protocol, "answer", "is longer than --max-size");
        Answer answer = surroundings_.settings.bare ? parse_bare_answer(line)
                                                    : parse_answer(line, surroundings_.service);
        take(answer);
    } catch (const base::Error& error) {
        break_off(std::string(error.what()) + ": " + base::printable_start(line, 200));
    }
}

void StreamWorker::take(Answer& answer) {
    if (answer.whose == Answer::Whose::nobodys) {
        publish(answer.effects);
        for (const Answer::Entry& entry : answer.log)
            surroundings_.journal.entry(entry.severity, entry.text, {});
        return;
    }
    auto at = held_.begin();
    if (answer.whose == Answer::Whose::named)
        at = std::ranges::find(held_, answer.id, &Held::id);
    if (at == held_.end())
        throw base::Error(base::ErrorKind::protocol, "answer",
                          held_.empty() ? "to no message" : "to a message that it does not have");
    const Held held = *at;
    held_.erase(at);
    if (surroundings_.settings.handler_timeout)
        watch_time();
    send_configurations();
    settle(held, answer);
    pool_.serve();
}

void StreamWorker::settle(const Held& held, Answer& answer) {
    const std::string_view conversation =
        held.message != nullptr ? held.message->conversation_id : std::string_view{};
    for (const Answer::Entry& entry : answer.log)
        surroundings_.journal.entry(entry.severity, entry.text, conversation);
    if (held.message == nullptr) {
        if (held.configuration) // what an abandoned message leads to is another instance's now
            publish(answer.effects);
        return;
    }
    const Message& message = *held.message;
    if (message.kind != Kind::command && !answer.success) {
        surroundings_.settlement.fail(held.tag,
                                      "the program's answer: " + std::string(answer.payload));
        return;
    }
    for (Message& effect : answer.effects)
        effect.conversation_id = conversation;
    if (message.kind == Kind::command && !message.reply_to.empty())
        answer.effects.push_back(service::result_of(
            message, {answer.success, std::string(answer.payload)}, surroundings_.service));
    surroundings_.settlement.succeed(held.tag, std::move(answer.effects));
}

void StreamWorker::publish(std::vector<Message>& effects) {
    for (Message& effect : effects) {
        effect.conversation_id = base::random_id();
        surroundings_.settlement.publish(effect);
    }
}

} // namespace attach_service
