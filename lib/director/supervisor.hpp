#pragma once

#include "base/clock.hpp"
#include "runtime/runtime.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace director {

/// Decides what is to be done so that those services run that should: what is not there or has
/// failed is started again, after 1 s at first and up to 60 s when it keeps failing; what ran out
/// of memory three times within five minutes is stopped for good (RELIABILITY.md D6). What somebody
/// else stopped or removed while we looked on is left alone until our next start.
class Supervisor {
public:
    using Time = base::SteadyClock::time_point;
    using Names = std::set<std::string, std::less<>>;
    using Instances = std::map<std::string, runtime::Instance, std::less<>>;

    enum class Step : std::uint8_t { run, start, stop };
    struct Decision {
        std::string service;
        Step step = Step::run;
        std::string reason; // for the journal
    };

    /// To be called after each look at the runtimes, with all of `wanted` whose runtime is there.
    /// `busy`: something is being done to that service already.
    std::vector<Decision> look(const Names& wanted, const Instances& instances,
                               const std::function<bool(std::string_view)>& busy, Time now);

    /// A person has started or stopped it: what was is forgotten.
    void forget(std::string_view service);
    /// An attempt of ours to run or start it has failed.
    void failed(std::string_view service, std::string_view why, Time now);

    /// The runtimes have been away, or everything is looked at for the first time: what is stopped
    /// was not stopped by a person.
    void begin_anew();

    /// What there is to say about a service that does not come up; empty: nothing.
    [[nodiscard]] std::string_view trouble(std::string_view service) const noexcept;

private:
    struct Watched {
        bool seen_running = false; // since begin_anew
        bool given_up = false;
        std::string trouble;
        std::chrono::seconds delay{1}; // before the attempt after the next
        std::chrono::seconds pause{0}; // before the next one
        Time not_before{};
        Time up_since{};
        std::optional<std::uint32_t> restarts; // as last seen
        std::deque<Time> deaths;               // for lack of memory
    };

    std::optional<Decision> judge(const std::string& service, const runtime::Instance* instance,
                                  Time now);
    std::optional<Decision> judge_running(const std::string& service, Watched& watched,
                                          const runtime::Instance& instance, Time now);
    std::optional<Decision> revive(const std::string& service, Watched& watched, Step step,
                                   std::string_view why, Time now);

    std::map<std::string, Watched, std::less<>> watched_;
};

} // namespace director
