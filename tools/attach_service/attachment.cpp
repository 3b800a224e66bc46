#include "tools/attach_service/attachment.hpp"

#include "base/stop_signal.hpp"
#include "loop/fd_watch.hpp"
#include "service/outcome.hpp"
#include "tools/attach_service/exec_pool.hpp"
#include "tools/attach_service/process_groups.hpp"
#include "tools/attach_service/stream_pool.hpp"

#include <algorithm>
#include <utility>

namespace attach_service {

using message::Kind;
using message::Message;
using service::Outcome;

namespace {

std::vector<topic::Pattern> command_patterns(const service::InstanceOptions& options) {
    std::vector<topic::Pattern> patterns;
    for (const bus::Subscription& subscription : options.consumer.subscriptions)
        if (subscription.kind == Kind::command)
            patterns = subscription.patterns;
    return patterns;
}

} // namespace

Attachment::Attachment(bus::Bus& bus, service::InstanceOptions options, Settings settings,
                       Mode mode, const std::vector<std::string>& methods,
                       service::Diagnostics& diagnostics, std::function<void()> on_attached)
    : settings_(std::move(settings)), commands_(command_patterns(options)),
      stop_timeout_(options.stop_timeout), on_attached_(std::move(on_attached)),
      instance_(loop_, bus, options, *this, diagnostics),
      journal_(instance_, diagnostics, settings_.program.name(), settings_.stderr_level) {
    const Surroundings surroundings{loop_,       *this,     instance_.service(),
                                    diagnostics, settings_, journal_};
    if (mode == Mode::stream)
        runner_ = std::make_unique<StreamPool>(surroundings);
    else
        runner_ = std::make_unique<ExecPool>(surroundings);
    if (methods.empty())
        return;
    ++attachments_due_;
    calls_.emplace(loop_, options.calls.value(), instance_.service(), methods, diagnostics,
                   [this](const service::Job& job) { runner_->start(job); });
}

void Attachment::run() {
    const base::StopSignal stop_signal;
    loop::FdWatch stop_watch{loop_, [&] {
                                 stop_watch.cancel(); // stays readable
                                 die_at_next_signal();
                                 if (calls_)
                                     calls_->stop();
                                 instance_.stop();
                             }};
    stop_watch.watch(stop_signal.fd(), true, false);
    runner_->open();
    instance_.start();
    if (calls_)
        calls_->open([this] { attached(); });
    try {
        loop_.run();
        if (calls_)
            calls_->finish(stop_timeout_, [this](std::uint64_t tag) { runner_->abandon(tag); });
    } catch (...) {
        close();
        throw;
    }
    close();
}

void Attachment::close() {
    runner_->close();
    if (!runner_->closed())
        loop_.run();
}

void Attachment::attached() {
    if (--attachments_due_ == 0)
        on_attached_();
}

void Attachment::succeed(std::uint64_t tag, std::vector<Message> effects) {
    if (!Calls::owns(tag))
        return instance_.succeed(tag, std::move(effects));
    for (const Message& effect : calls_->succeed(tag, std::move(effects)))
        instance_.publish(effect);
}

void Attachment::fail(std::uint64_t tag, std::string_view error) {
    if (Calls::owns(tag))
        calls_->fail(tag, error);
    else
        instance_.fail(tag, error);
}

void Attachment::start(const service::Job& job) {
    const Message& message = *job.message;
    if (message.kind != Kind::command || answers(message.routing_key)) {
        runner_->start(job);
        return;
    }
    // All commands to this name arrive here, also those that were not asked for.
    std::vector<Message> effects;
    if (!message.reply_to.empty())
        effects.push_back(service::result_of(
            message,
            Outcome::error("unknown command",
                           instance_.service() + " has no command " + message.routing_key),
            instance_.service()));
    instance_.succeed(job.tag, std::move(effects));
}

bool Attachment::answers(const std::string& command) const {
    return topic::any_matches(commands_, command);
}

} // namespace attach_service
