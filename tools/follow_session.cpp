#include "tools/follow_session.hpp"

#include "base/clock.hpp"
#include "base/duration.hpp"
#include "base/error.hpp"
#include "base/stop_signal.hpp"
#include "bus/bus.hpp"
#include "cli/output.hpp"
#include "client/client.hpp"
#include "loop/fd_watch.hpp"

#include <fmt/format.h>

namespace tools {

using base::Error;
using base::ErrorKind;

namespace {

constexpr std::chrono::milliseconds reader_check_every{250};
constexpr std::chrono::seconds tick_every{1};

std::string seconds(std::chrono::steady_clock::duration time) {
    return fmt::format("{:.1f} s", std::chrono::duration<double>(time).count());
}

bus::FollowOptions where_to_begin(const cli::Invocation& in) {
    bus::FollowOptions options;
    options.follow = !in.given("follow") || in.flag("follow");
    if (const auto since = in.text("since")) {
        try {
            options.since_ms = base::parse_time(*since, base::unix_ms());
        } catch (const Error& error) {
            throw Error(error.kind(), "--since \"" + *since + "\"", error.why(), error.hint());
        }
    }
    if (const auto last = in.integer("last"))
        options.last = static_cast<std::uint64_t>(*last);
    if (options.since_ms && options.last)
        throw Error(ErrorKind::usage, "--since and --last", "cannot be used together");
    if (!options.follow && !options.since_ms && !options.last)
        options.since_ms = 0;
    return options;
}

} // namespace

FollowSession::FollowSession(cli::Invocation& in, FollowView& view)
    : in_(in), view_(view), options_(where_to_begin(in)),
      timeout_timer_(loop_, [this] { on_time_over("--timeout", *in_.timeout()); }),
      idle_timer_(loop_, [this] { on_time_over("--idle-timeout", *idle_limit_); }),
      tick_timer_(loop_, [this] { guarded([this] { on_tick(); }); }),
      reader_timer_(loop_, [this] { guarded([this] { watch_reader(); }); }) {
    if (const auto count = in.integer("count"))
        count_ = static_cast<std::uint64_t>(*count);
    if (const auto limit = in.duration("idle-timeout"); limit && limit->count() > 0)
        idle_limit_ = limit;
}

void FollowSession::run(std::vector<bus::Subscription> subscriptions,
                        std::function<bool(const message::Message&)> accepts,
                        const std::string& what) {
    if (count_ == 0U)
        return;
    const auto address = in_.bus();
    announcement_ = "watching " + what + " on " + address.url;
    options_.subscriptions = std::move(subscriptions);
    options_.accepts = std::move(accepts);
    const base::StopSignal stop;
    loop::FdWatch stop_watch{loop_, [this] { loop_.stop(); }};
    stop_watch.watch(stop.fd(), true, false);
    if (const auto limit = in_.timeout()) {
        timeout_timer_.schedule(*limit);
        options_.start_patience = std::min(options_.start_patience, *limit);
    }
    if (view_.wants_ticks())
        tick_timer_.schedule(tick_every);
    reader_timer_.schedule(reader_check_every);
    const auto bus = client::open_bus(in_, options_.start_patience);
    const auto follower = bus->follower(loop_, options_, *this, *this);
    follower->start();
    loop_.run();
    done_ = true;
    view_.finish();
    in_.out().flush();
    if (over_)
        throw Error{*over_};
}

void FollowSession::on_messages(std::vector<message::Message>&& messages) {
    announce();
    for (const message::Message& message : messages) {
        if (done_)
            return;
        view_.show(message);
        ++shown_;
        if (count_ && shown_ >= *count_) {
            done_ = true;
            loop_.stop();
        }
    }
    in_.out().flush();
    if (idle_limit_)
        idle_timer_.schedule(*idle_limit_);
}

void FollowSession::on_caught_up() {
    announce();
    if (!options_.follow)
        loop_.stop();
    else if (idle_limit_)
        idle_timer_.schedule(*idle_limit_);
}

void FollowSession::on_failed(std::exception_ptr error) noexcept {
    loop_.fail(std::move(error));
}

void FollowSession::announce() {
    if (!std::exchange(was_connected_, true))
        in_.notice().say(announcement_);
}

void FollowSession::tell(const std::string& text) {
    if (in_.notice().level() != cli::Notice::Level::quiet)
        in_.notice().warn(text);
}

// The first word about a lost connection is told to everybody, since it may mean a gap.
void FollowSession::on_waiting(const Error& why, std::chrono::milliseconds delay, int attempt) {
    trouble_ = why;
    if (!lost_at_) {
        lost_at_ = std::chrono::steady_clock::now();
        shown_when_lost_ = shown_;
        missed_ = false;
        tell(fmt::format("{}; reconnecting", why.what()));
    } else {
        in_.notice().say(fmt::format("{}; reconnecting in {} ({})", why.what(),
                                     base::format_duration(delay), attempt));
    }
}

void FollowSession::on_recovered() {
    if (!lost_at_)
        return;
    const std::string away = seconds(std::chrono::steady_clock::now() - *lost_at_);
    lost_at_.reset();
    if (!was_connected_)
        tell("connected after " + away);
    else
        tell(fmt::format("back after {}, {} messages in between{}", away, shown_ - shown_when_lost_,
                         missed_ ? "" : ", nothing missed"));
}

void FollowSession::on_warning(const std::string& text) {
    missed_ = true;
    in_.notice().warn(text);
}

void FollowSession::on_tick() {
    tick_timer_.schedule(tick_every);
    view_.tick();
    in_.out().flush();
}

void FollowSession::on_time_over(const char* option, std::chrono::milliseconds limit) {
    const auto wanted = count_.value_or(1);
    if (!was_connected_ && trouble_)
        over_ = trouble_;
    else if (shown_ < wanted)
        over_.emplace(ErrorKind::timeout,
                      shown_ == 0 ? "no message" : fmt::format("{} of {} messages", shown_, wanted),
                      fmt::format("within {} {}", option, base::format_duration(limit)));
    loop_.stop();
}

// A pipe whose reader has gone is noticed also when there is nothing to write.
void FollowSession::watch_reader() {
    reader_timer_.schedule(reader_check_every);
    if (in_.out().reader_gone())
        throw cli::ClosedPipe{};
}

void FollowSession::guarded(const std::function<void()>& step) noexcept {
    try {
        step();
    } catch (...) {
        loop_.fail(std::current_exception());
    }
}

} // namespace tools
