#include "director/inventory.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace director {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds interval = 2s;
constexpr std::chrono::milliseconds settle_time = 300ms;
constexpr auto patience = 10s; // with a runtime that does not answer

} // namespace

Inventory::Inventory(loop::EventLoop& loop, WorkerPool& pool, Look look)
    : pool_(pool), look_(std::move(look)), timer_(loop, [this] { this->look(); }) {}

void Inventory::look_soon() {
    if (looking_)
        look_again_ = true;
    else
        timer_.schedule(10ms);
}

void Inventory::on_event() {
    settling_ = true;
    look_soon();
}

void Inventory::look_then(std::function<void()> callback) {
    waiting_.push_back(std::move(callback));
    if (looking_)
        look_again_ = true;
    else
        look();
}

/// Never while one is under way: what looks is used by one thread at a time.
void Inventory::look() {
    timer_.cancel();
    const auto findings = std::make_shared<Findings>();
    auto waiting = std::exchange(waiting_, {});
    try {
        pool_.submit(
            [this, findings](host::Host& host, int stop_fd) {
                *findings = look_(host, {base::Deadline::after(patience), stop_fd});
            },
            [this, findings, waiting](const std::exception_ptr& error) {
                looking_ = false;
                if (!error)
                    take(std::move(*findings));
                for (const auto& callback : waiting)
                    callback();
                if (looking_) // one of them has asked for the next
                    return;
                if (std::exchange(look_again_, false))
                    look();
                else if (!timer_.scheduled())
                    timer_.schedule(std::exchange(settling_, false) ? settle_time : interval);
            });
        looking_ = true;
    } catch (const base::Error&) { // everybody is busy: the next look will do
        for (const auto& callback : waiting)
            callback();
        timer_.schedule(interval);
    }
}

void Inventory::take(Findings&& findings) {
    const bool first = !std::exchange(known_, true);
    const std::vector<RuntimeState> before = runtimes_;
    take_runtimes(std::move(findings.runtimes));
    bool returned = first;
    for (const RuntimeState& old : before)
        returned |= !old.up && is_up(old.name);
    // Of a runtime that is away the last that was known stays.
    std::erase_if(instances_, [&](const auto& entry) { return is_up(entry.second.runtime); });
    for (runtime::Instance& instance : findings.instances)
        if (!instance.candidate)
            instances_.insert_or_assign(instance.name, std::move(instance));
    folders_ = std::move(findings.folders);
    if (on_look)
        on_look(returned);
}

void Inventory::take_runtimes(std::vector<RuntimeState>&& runtimes) {
    for (RuntimeState& state : runtimes) {
        const auto old = std::ranges::find(runtimes_, state.name, &RuntimeState::name);
        state.since_ms =
            old != runtimes_.end() && old->up == state.up ? old->since_ms : base::unix_ms();
        if (state.up)
            expected_.insert(state.name);
        state.expected = expected_.contains(state.name);
    }
    runtimes_ = std::move(runtimes);
}

void Inventory::expect(std::string_view runtime) {
    if (expected_.contains(runtime))
        return;
    expected_.emplace(runtime);
    for (RuntimeState& state : runtimes_)
        state.expected |= state.name == runtime;
}

const runtime::Instance* Inventory::find(std::string_view service) const noexcept {
    const auto at = instances_.find(service);
    return at == instances_.end() ? nullptr : &at->second;
}

bool Inventory::is_up(std::string_view runtime) const noexcept {
    const auto at = std::ranges::find(runtimes_, runtime, &RuntimeState::name);
    return at == runtimes_.end() || at->up;
}

} // namespace director
