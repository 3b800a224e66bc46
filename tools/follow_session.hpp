#pragma once

#include "base/error.hpp"
#include "bus/follower.hpp"
#include "bus/publisher.hpp"
#include "cli/invocation.hpp"
#include "cli/option.hpp"
#include "loop/event_loop.hpp"
#include "loop/timer.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// What the programs that follow messages have in common: where to begin and when to end, the
/// reconnections and what is said about them, signals, a standard output that is closed.
namespace tools {

inline constexpr std::array follow_option_table{
    cli::Option{.name = "since",
                .kind = cli::Kind::text,
                .value = "TIME",
                .help = "Begin with what is that old (10m) or came after it (2026-11-21T08:30)"},
    cli::Option{.name = "last",
                .letter = 'n',
                .kind = cli::Kind::integer,
                .value = "N",
                .help = "Begin with the last N",
                .alias = "lines"},
    cli::Option{.name = "follow",
                .letter = 'f',
                .help = "Go on with new ones, or else show only what is stored (default: follow)",
                .negatable = true},
    cli::Option{.name = "count",
                .letter = 'c',
                .kind = cli::Kind::integer,
                .value = "N",
                .help = "End after N"},
    cli::Option{.name = "idle-timeout",
                .kind = cli::Kind::duration,
                .help = "End when nothing has come for TIME"},
    cli::Option{.name = "timeout",
                .kind = cli::Kind::duration,
                .help = "End after TIME; with exit code 124 if too little has come"},
};

inline constexpr cli::OptionGroup follow_options{"Where to begin and when to end",
                                                 follow_option_table};

/// How messages are shown. Called from the event loop; what it throws ends the session.
class FollowView {
public:
    virtual ~FollowView() = default;
    virtual void show(const message::Message& message) = 0;
    /// Once a second, for views that change with time; only asked for by `wants_ticks`.
    virtual void tick() {}
    [[nodiscard]] virtual bool wants_ticks() const { return false; }
    /// The session ends well.
    virtual void finish() {}
};

/// Follows messages from start to end.
class FollowSession final : private bus::FollowHandler, private bus::Observer {
public:
    /// Reads the options above. `in` and `view` outlive it. Throws Error(usage).
    FollowSession(cli::Invocation& in, FollowView& view);

    /// Returns when --count, --no-follow, a time-out or a signal ends it; Error(timeout) when a
    /// time-out left too little. `what` names the subscriptions for those who ask with -v.
    void run(std::vector<bus::Subscription> subscriptions,
             std::function<bool(const message::Message&)> accepts, const std::string& what);

private:
    void on_messages(std::vector<message::Message>&& messages) override;
    void on_caught_up() override;
    void on_failed(std::exception_ptr error) noexcept override;
    void on_waiting(const base::Error& why, std::chrono::milliseconds delay, int attempt) override;
    void on_recovered() override;
    void on_warning(const std::string& text) override;

    void announce();
    void tell(const std::string& text);
    void on_tick();
    void on_time_over(const char* option, std::chrono::milliseconds limit);
    void guarded(const std::function<void()>& step) noexcept;
    void watch_reader();

    cli::Invocation& in_;
    FollowView& view_;
    bus::FollowOptions options_;
    std::optional<std::uint64_t> count_;
    std::optional<std::chrono::milliseconds> idle_limit_;
    std::string announcement_;
    loop::EventLoop loop_;
    loop::Timer timeout_timer_;
    loop::Timer idle_timer_;
    loop::Timer tick_timer_;
    loop::Timer reader_timer_;
    std::uint64_t shown_ = 0;
    std::uint64_t shown_when_lost_ = 0;
    std::optional<std::chrono::steady_clock::time_point> lost_at_;
    std::optional<base::Error> trouble_; // why the bus was last out of reach
    std::optional<base::Error> over_;    // the time-out that left too little
    bool was_connected_ = false;
    bool missed_ = false; // known to have missed something since the connection was lost
    bool done_ = false;
};

} // namespace tools
