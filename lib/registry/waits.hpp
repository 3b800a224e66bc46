#pragma once

#include "base/clock.hpp"
#include "loop/timer.hpp"
#include "registry/method.hpp"
#include "registry/registry.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>

namespace registry {

/// The method `watch`: questions that are answered when their answer is another one.
class Waits {
public:
    using Reply = std::function<void(Outcome)>;
    using Cancel = std::function<void()>;

    /// Both outlive it.
    Waits(loop::EventLoop& loop, Registry& registry);

    /// Calls `reply` once: at once when the answer to the pattern has not this version, else when
    /// it has another one, or with the same when time is over. What is given back drops it without
    /// a call, as long as that has not come; empty where nothing waits.
    Cancel add(std::string pattern, std::string version, std::chrono::seconds timeout, Reply reply);

    /// Answers all, as if their time were over.
    void end();

    [[nodiscard]] std::size_t size() const noexcept { return waits_.size(); }

private:
    struct Wait {
        std::string pattern;
        std::string version;
        base::SteadyClock::time_point until;
        Reply reply;
        std::unique_ptr<Registry::Watch> watch;
    };

    void on_change(std::list<Wait>::iterator wait);
    void finish(std::list<Wait>::iterator wait, Outcome outcome);
    void on_time();
    void wake_by(base::SteadyClock::time_point time);

    Registry& registry_;
    std::list<Wait> waits_;
    std::list<Wait> done_;               // answered; destroyed when none of their callbacks runs
    base::SteadyClock::time_point next_; // when the timer is due
    loop::Timer timer_;
};

} // namespace registry
