#pragma once

#include "director/worker_pool.hpp"
#include "loop/timer.hpp"
#include "runtime/runtime.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace director {

/// One way of running services on this machine.
struct RuntimeState {
    std::string name; // "docker", "tmux"
    bool up = true;
    std::string why;           // it is away
    std::int64_t since_ms = 0; // of this state, Unix time
    bool expected = false;     // it has been there, or a service should run by it
};

/// What one look at the runtimes finds.
struct Findings {
    std::vector<runtime::Instance> instances;
    std::vector<RuntimeState> runtimes; // without since_ms and expected
    std::vector<std::string> folders;   // names of services that could be run
};

/// What runs on this machine, as of the last look. Looks are taken every few seconds, and soon
/// after something has been done.
class Inventory {
public:
    using Instances = std::map<std::string, runtime::Instance, std::less<>>;
    /// Runs on a thread of the pool.
    using Look = std::function<Findings(host::Host& host, const runtime::Wait& wait)>;

    /// `loop` and `pool` outlive it.
    Inventory(loop::EventLoop& loop, WorkerPool& pool, Look look);

    void open() { look(); }
    void look_soon();
    /// A runtime has told of something: looks soon, and once more a little later, since what it
    /// lists may lag behind what it tells.
    void on_event();
    /// Calls back after a look that begins from now on.
    void look_then(std::function<void()> callback);

    /// Services should run by it, so its absence is worth a word.
    void expect(std::string_view runtime);

    [[nodiscard]] const Instances& instances() const noexcept { return instances_; }
    [[nodiscard]] const runtime::Instance* find(std::string_view service) const noexcept;
    [[nodiscard]] const std::vector<RuntimeState>& runtimes() const noexcept { return runtimes_; }
    [[nodiscard]] const std::vector<std::string>& folders() const noexcept { return folders_; }
    /// Whether there has been a look that found out something.
    [[nodiscard]] bool known() const noexcept { return known_; }
    [[nodiscard]] bool is_up(std::string_view runtime) const noexcept;

    /// Called after each look; `returned`: a runtime that was away is back, or this is the first.
    std::function<void(bool returned)> on_look;

private:
    void look();
    void take(Findings&& findings);
    void take_runtimes(std::vector<RuntimeState>&& runtimes);

    WorkerPool& pool_;
    const Look look_;
    loop::Timer timer_;
    std::vector<std::function<void()>> waiting_; // for the next look
    bool looking_ = false;
    bool look_again_ = false;
    bool settling_ = false;
    bool known_ = false;
    Instances instances_;
    std::vector<RuntimeState> runtimes_;
    std::vector<std::string> folders_;
    std::set<std::string, std::less<>> expected_;
};

} // namespace director
