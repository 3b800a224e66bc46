#include "director/supervisor.hpp"

#include "base/duration.hpp"

#include <algorithm>
#include <utility>

namespace director {

using runtime::Instance;
using runtime::State;
using namespace std::chrono_literals;

namespace {

constexpr auto longest_delay = 60s;
constexpr auto stable_after = 60s; // then a start has been a success
constexpr auto death_window = 5min;
constexpr std::size_t most_deaths = 3;

// A runtime says it in words, for people.
bool lacked_memory(const Instance& instance) {
    return instance.detail.find("out of memory") != std::string::npos;
}

} // namespace

std::vector<Supervisor::Decision>
Supervisor::look(const Names& wanted, const Instances& instances,
                 const std::function<bool(std::string_view)>& busy, Time now) {
    std::erase_if(watched_, [&](const auto& entry) { return !wanted.contains(entry.first); });
    std::vector<Decision> decisions;
    for (const std::string& service : wanted) {
        if (busy(service))
            continue;
        const auto at = instances.find(service);
        if (auto decision = judge(service, at == instances.end() ? nullptr : &at->second, now))
            decisions.push_back(*std::move(decision));
    }
    return decisions;
}

std::optional<Supervisor::Decision> Supervisor::judge(const std::string& service,
                                                      const Instance* instance, Time now) {
    Watched& watched = watched_[service];
    if (watched.given_up)
        return std::nullopt;
    if (instance == nullptr) {
        if (watched.seen_running) // removed, or being replaced, by somebody else
            return std::nullopt;
        return revive(service, watched, Step::run, "it is not there", now);
    }
    switch (instance->state) {
    case State::running:
    case State::restarting:
    case State::paused:
        return judge_running(service, watched, *instance, now);
    case State::stopped:
        if (watched.seen_running) // by somebody else
            return std::nullopt;
        [[fallthrough]];
    case State::created:
    case State::failed:
        return revive(service, watched, Step::start, "it does not run", now);
    }
    return std::nullopt;
}

std::optional<Supervisor::Decision> Supervisor::judge_running(const std::string& service,
                                                              Watched& watched,
                                                              const Instance& instance, Time now) {
    if (!std::exchange(watched.seen_running, true))
        watched.up_since = now;
    const bool died = watched.restarts && instance.restarts > *watched.restarts;
    watched.restarts = instance.restarts;
    while (!watched.deaths.empty() && now - watched.deaths.front() > death_window)
        watched.deaths.pop_front();
    if (died) {
        watched.up_since = now;
        watched.trouble = "restarted " + std::to_string(instance.restarts) + " times";
        if (lacked_memory(instance))
            watched.deaths.push_back(now);
    } else if (now - watched.up_since > stable_after) {
        watched.delay = 1s;
        watched.trouble.clear();
    }
    if (watched.deaths.size() < most_deaths)
        return std::nullopt;
    watched.given_up = true;
    watched.trouble = "out of memory " + std::to_string(watched.deaths.size()) +
                      " times in 5 min, not started again";
    return Decision{service, Step::stop, watched.trouble};
}

std::optional<Supervisor::Decision> Supervisor::revive(const std::string& service, Watched& watched,
                                                       Step step, std::string_view why, Time now) {
    watched.seen_running = false;
    watched.restarts.reset();
    if (now < watched.not_before)
        return std::nullopt;
    watched.pause = std::exchange(watched.delay,
                                  std::min<std::chrono::seconds>(2 * watched.delay, longest_delay));
    watched.not_before = now + watched.pause;
    return Decision{service, step, std::string(why) + " and should"};
}

void Supervisor::forget(std::string_view service) {
    if (const auto at = watched_.find(service); at != watched_.end())
        watched_.erase(at);
}

void Supervisor::failed(std::string_view service, std::string_view why, Time now) {
    const auto at = watched_.find(service);
    if (at == watched_.end())
        return;
    Watched& watched = at->second;
    watched.not_before = now + watched.pause;
    watched.trouble = "cannot be started, next attempt in " + base::format_duration(watched.pause) +
                      ": " + std::string(why);
}

void Supervisor::begin_anew() {
    for (auto& [service, watched] : watched_) {
        watched.seen_running = false;
        watched.not_before = {};
    }
}

std::string_view Supervisor::trouble(std::string_view service) const noexcept {
    const auto at = watched_.find(service);
    return at == watched_.end() ? std::string_view{} : at->second.trouble;
}

} // namespace director
