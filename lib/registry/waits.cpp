#include "registry/waits.hpp"

#include "base/text_hash.hpp"
#include "codec/json_writer.hpp"
#include "registry/answers.hpp"

#include <algorithm>
#include <utility>

namespace registry {

namespace {

/// Waits are ended together, so that many of them do not wake us one by one.
constexpr std::chrono::milliseconds wait_grain{100};

struct WatchAnswer {
    std::string version;
    Outcome outcome;
};

WatchAnswer answer_to(const std::vector<Known>& found) {
    const std::string instances = places(found);
    WatchAnswer answer{base::text_hash(instances), {}};
    codec::JsonWriter json{answer.outcome.result};
    json.begin_object();
    json.key("instances");
    json.raw(instances);
    json.member("version", answer.version);
    json.end_object();
    return answer;
}

} // namespace

Waits::Waits(loop::EventLoop& loop, Registry& registry)
    : registry_(registry), timer_(loop, [this] { on_time(); }) {}

Waits::Cancel Waits::add(std::string pattern, std::string version, std::chrono::seconds timeout,
                         Reply reply) {
    auto now = answer_to(registry_.locate(pattern));
    if (now.version != version || timeout.count() == 0) {
        reply(std::move(now.outcome));
        return {};
    }
    const auto wait = waits_.insert(waits_.end(), Wait{.pattern = std::move(pattern),
                                                       .version = std::move(version),
                                                       .until = base::SteadyClock::now() + timeout,
                                                       .reply = std::move(reply),
                                                       .watch = nullptr});
    wait->watch = registry_.watch(wait->pattern, [this, wait] { on_change(wait); });
    wake_by(wait->until);
    return [this, wait] { waits_.erase(wait); };
}

/// The watch tells of changes that may have been undone since.
void Waits::on_change(std::list<Wait>::iterator wait) {
    if (!wait->reply)
        return;
    auto now = answer_to(registry_.locate(wait->pattern));
    if (now.version != wait->version)
        finish(wait, std::move(now.outcome));
}

void Waits::finish(std::list<Wait>::iterator wait, Outcome outcome) {
    done_.splice(done_.end(), waits_, wait);
    wake_by(base::SteadyClock::now());
    const Reply reply = std::exchange(wait->reply, nullptr);
    reply(std::move(outcome));
}

void Waits::on_time() {
    done_.clear();
    next_ = base::SteadyClock::time_point::max();
    const auto now = base::SteadyClock::now();
    for (auto next = waits_.begin(); next != waits_.end();) {
        const auto wait = next++;
        if (wait->until <= now)
            finish(wait, answer_to(registry_.locate(wait->pattern)).outcome);
        else
            wake_by(wait->until);
    }
}

void Waits::wake_by(base::SteadyClock::time_point time) {
    if (timer_.scheduled() && next_ <= time)
        return;
    next_ = time;
    const auto left =
        std::chrono::duration_cast<std::chrono::microseconds>(time - base::SteadyClock::now());
    timer_.schedule(std::max<std::chrono::microseconds>(left, wait_grain));
}

void Waits::end() {
    for (Wait& wait : waits_)
        wait.until = base::SteadyClock::time_point::min();
    on_time();
}

} // namespace registry
