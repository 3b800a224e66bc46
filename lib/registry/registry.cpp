#include "registry/registry.hpp"

#include "base/backoff.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "loop/event_loop.hpp"
#include "loop/timer.hpp"
#include "registry/directory.hpp"
#include "registry/directory_clock.hpp"
#include "registry/store.hpp"
#include "registry/watch.hpp"
#include "registry/writer.hpp"

#include <algorithm>
#include <deque>
#include <thread>
#include <utility>

namespace registry {

namespace {

using base::Error;
using base::ErrorKind;
using Steady = std::chrono::steady_clock;

constexpr auto sweep_interval = std::chrono::milliseconds{200};
constexpr std::size_t expired_in_a_sweep = 10'000; // instances looked at; milliseconds

Error unavailable(std::string why, std::string hint = {}) {
    return {ErrorKind::unavailable, "the registry's storage", std::move(why), std::move(hint)};
}

} // namespace

struct Registry::Impl final : Writer::Listener {
    /// A change that is owed an answer.
    struct Owed {
        Removed done; // empty: it has been given
        Steady::time_point until;
    };

    Impl(loop::EventLoop& event_loop, Options given)
        : loop(event_loop), options(std::move(given)), clock(Steady::now()),
          directory(options.ttl, [this](std::string_view name) { watches.note(name); }),
          sweeper(loop, [this] { sweep(); }) {}

    std::int64_t now() const { return clock.now(Steady::now()); }
    void take(const Row& row, std::int64_t oldest);
    void change(Change wanted, Removed done);
    void answer(std::uint64_t ticket, bool known, const std::exception_ptr& error);
    void go_away(const std::string& why);
    void sweep();
    void finish_idle();

    void on_rows(std::vector<Row> rows, std::vector<Writer::Settled> settled) override;
    void on_away(const std::string& why, std::vector<std::uint64_t> tickets) override;
    void on_expired(std::int64_t before_ms) override;

    loop::EventLoop& loop;
    const Options options;
    DirectoryClock clock;
    WatchList watches;
    Directory directory;
    loop::Timer sweeper;
    std::deque<Owed> owed; // the first one has the ticket `first_owed`
    std::uint64_t first_owed = 0;
    std::optional<std::int64_t> expire_before; // what the database has deleted, we still have
    std::size_t answers_owed = 0;
    std::vector<std::function<void()>> idle;
    Stats counts;
    std::unique_ptr<Writer> writer;
};

/// `oldest`: how many ms ago the last look into the database was. What is new in it cannot have
/// been seen before that, whatever the wall clocks of those who wrote it say.
void Registry::Impl::take(const Row& row, std::int64_t oldest) {
    const std::int64_t here = now();
    const std::int64_t age =
        std::min(oldest, std::max<std::int64_t>(0, base::unix_ms() - row.last_seen_ms));
    if (!directory.put(row, here - age, here) && writer)
        writer->read_all();
}

void Registry::Impl::change(Change wanted, Removed done) {
    const std::uint64_t ticket = first_owed + owed.size();
    if (!writer || !writer->push(std::move(wanted), ticket)) {
        ++counts.failed;
        throw unavailable("too many changes wait for it", "try again later");
    }
    owed.push_back({std::move(done), Steady::now() + options.answer_within});
    ++answers_owed;
}

void Registry::Impl::answer(std::uint64_t ticket, bool known, const std::exception_ptr& error) {
    if (ticket < first_owed || ticket - first_owed >= owed.size())
        return;
    Removed done = std::exchange(owed[ticket - first_owed].done, nullptr);
    while (!owed.empty() && !owed.front().done) {
        owed.pop_front();
        ++first_owed;
    }
    if (!done)
        return; // the time for it had run out
    --answers_owed;
    ++(error ? counts.failed : counts.pings);
    done(known, error);
}

void Registry::Impl::go_away(const std::string& why) {
    if (!clock.stopped())
        options.tell("the database is away: " + why + "; it is tried again all the time");
    clock.stop();
    counts.trouble = why;
}

void Registry::Impl::sweep() {
    const auto moment = Steady::now();
    const auto late = std::make_exception_ptr(
        unavailable("it does not answer in time", "the change may be stored all the same"));
    while (!owed.empty() && owed.front().until <= moment) {
        go_away("it does not answer in time");
        answer(first_owed, false, late);
    }
    directory.sweep(now());
    if (expire_before && directory.expire(*expire_before, expired_in_a_sweep))
        expire_before.reset();
    watches.tell();
    finish_idle();
    sweeper.schedule(sweep_interval);
}

void Registry::Impl::finish_idle() {
    if (answers_owed == 0)
        for (const auto& callback : std::exchange(idle, {}))
            callback();
}

void Registry::Impl::on_rows(std::vector<Row> rows, std::vector<Writer::Settled> settled) {
    // While it was away, nothing that is new now can be told from what is old but by its time.
    const bool was_away = clock.stopped();
    const std::int64_t since = clock.contact(Steady::now());
    counts.trouble.clear();
    if (was_away)
        options.tell("the database is back");
    for (const Row& row : rows)
        take(row, was_away ? options.ttl.count() * 2 : since);
    if (!settled.empty())
        ++counts.commits;
    for (const auto& [ticket, known, refused] : settled)
        answer(ticket, known,
               refused.empty()
                   ? nullptr
                   : std::make_exception_ptr(Error(ErrorKind::data, "the database", refused)));
    watches.tell();
    finish_idle();
}

void Registry::Impl::on_away(const std::string& why, std::vector<std::uint64_t> tickets) {
    go_away(why);
    const auto error = std::make_exception_ptr(unavailable(why, "it is tried again all the time"));
    for (const std::uint64_t ticket : tickets)
        answer(ticket, false, error);
    finish_idle();
}

void Registry::Impl::on_expired(std::int64_t before_ms) {
    expire_before = before_ms;
}

Registry::Registry(loop::EventLoop& loop, Options options)
    : impl_(std::make_unique<Impl>(loop, std::move(options))) {}

Registry::~Registry() = default;

void Registry::open() {
    const auto until = Steady::now() + impl_->options.start_patience;
    base::Backoff backoff;
    std::unique_ptr<Store> store;
    bool told = false;
    while (!store) {
        try {
            store =
                std::make_unique<Store>(impl_->options.database, impl_->options.synchronous_full);
            store->read_changes([this](Row&& row) { impl_->take(row, INT64_MAX); });
        } catch (const Error& error) {
            store.reset();
            const auto delay = backoff.next();
            if (error.kind() != ErrorKind::unavailable || Steady::now() + delay > until)
                throw;
            if (!std::exchange(told, true))
                impl_->options.tell("waiting for the database: " + error.why());
            std::this_thread::sleep_for(delay);
        }
    }
    impl_->clock.contact(Steady::now());
    impl_->writer = std::make_unique<Writer>(impl_->loop, impl_->options, *impl_, std::move(store));
    impl_->sweep();
}

void Registry::ping(Instance instance, Done done) {
    check(instance);
    impl_->change({.instance = std::move(instance), .at_ms = base::unix_ms()},
                  [done = std::move(done)](bool, const std::exception_ptr& error) { done(error); });
}

void Registry::deregister(const Instance& instance, Removed done) {
    check(instance);
    impl_->change({.instance = instance, .at_ms = base::unix_ms(), .removal = true},
                  std::move(done));
}

std::vector<Known> Registry::locate(std::string_view pattern) {
    ++impl_->counts.locates;
    return impl_->directory.locate(Glob{pattern}, impl_->now());
}

std::vector<Known> Registry::list(std::string_view pattern, std::size_t offset,
                                  std::size_t limit) const {
    return impl_->directory.list(Glob{pattern}, impl_->now(), offset, limit);
}

std::optional<Known> Registry::find(std::string_view address) const {
    return impl_->directory.find(address, impl_->now());
}

bool Registry::stale() const noexcept {
    return impl_->clock.stopped();
}

Stats Registry::stats() const {
    Stats stats = impl_->counts;
    stats.services = impl_->directory.services();
    stats.instances = impl_->directory.instances();
    stats.alive = impl_->directory.alive();
    stats.waiting = impl_->answers_owed;
    stats.stale_for = impl_->clock.stopped_for(Steady::now());
    return stats;
}

std::unique_ptr<Registry::Watch> Registry::watch(std::string pattern,
                                                 std::function<void()> changed) {
    return impl_->watches.add(pattern, std::move(changed));
}

void Registry::idle(std::function<void()> callback) {
    impl_->idle.push_back(std::move(callback));
}

} // namespace registry
