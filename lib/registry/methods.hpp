#pragma once

#include "base/clock.hpp"
#include "loop/timer.hpp"
#include "registry/glob.hpp"
#include "registry/registry.hpp"
#include "rpc/json_rpc.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rpc {
class Parameters;
}

namespace registry {

/// What a method answers: a result as JSON text, or a failure.
struct Outcome {
    std::string result;
    rpc::Failure failure; // where result is empty

    [[nodiscard]] bool failed() const noexcept { return result.empty(); }
};

/// A method as its callers see it.
struct Method {
    enum class Kind : std::uint8_t {
        read,  // answered at once from memory
        write, // changes the registry
        wait,  // answered when something changes
    };
    std::string_view name;
    Kind kind;
    std::span<const std::string_view> parameters; // in their positions
    std::string_view help;
};

/// All of them: ping, locate_service, get_service_specs and what comes beyond the original.
[[nodiscard]] std::span<const Method> methods() noexcept;
[[nodiscard]] const Method* find_method(std::string_view name) noexcept;

/// The registry's methods over JSON, whatever carries it.
class Methods {
public:
    using Reply = std::function<void(Outcome)>;
    using Cancel = std::function<void()>;

    struct Options {
        std::string host; // for get_service_specs: where we are
        std::uint16_t port = 0;
        std::vector<std::string> allowed_urls; // globs; none: all may be registered
        bool claim = false;                    // a place that is alive keeps its name
    };

    /// Both outlive it.
    Methods(loop::EventLoop& loop, Registry& registry, Options options);
    ~Methods();
    Methods(const Methods&) = delete;
    Methods& operator=(const Methods&) = delete;

    /// Calls `reply` once, now or later, with what the method answers. `params` as in
    /// rpc::Request. What is given back cancels a wait, as long as its reply has not come: that is
    /// dropped without a call. Empty where nothing waits.
    Cancel call(const Method& method, std::string_view params, Reply reply);

    /// Answers all that wait, as if their time were over.
    void end_waits();

    [[nodiscard]] bool stale() const noexcept { return registry_.stale(); }

private:
    struct Wait {
        std::string pattern;
        std::string version;
        base::SteadyClock::time_point until;
        Reply reply;
        std::unique_ptr<Registry::Watch> watch;
    };

    void ping(const rpc::Parameters& given, const Reply& reply);
    void deregister(const rpc::Parameters& given, const Reply& reply);
    Outcome locate(const rpc::Parameters& given);
    Outcome list(const rpc::Parameters& given);
    Outcome stats() const;
    Outcome specs() const;
    Cancel watch(const rpc::Parameters& given, Reply reply);
    void on_change(std::list<Wait>::iterator wait);
    void finish(std::list<Wait>::iterator wait, Outcome outcome);
    void on_time();
    void wake_by(base::SteadyClock::time_point time);

    [[nodiscard]] Instance instance_of(const rpc::Parameters& given) const;

    Registry& registry_;
    Options options_;
    std::list<Wait> waits_;
    std::list<Wait> done_;               // answered; destroyed when none of their callbacks runs
    base::SteadyClock::time_point next_; // when the timer is due
    loop::Timer timer_;
};

} // namespace registry
