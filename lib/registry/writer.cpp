#include "registry/writer.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"

#include <algorithm>

namespace registry {

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::size_t most_in_a_transaction = 1000;
constexpr std::size_t most_in_a_message = 20'000; // the loop has others to serve as well

} // namespace

Writer::Writer(loop::EventLoop& loop, const Options& options, Listener& listener,
               std::unique_ptr<Store> store)
    : options_(options), listener_(listener), mailbox_(loop), started_(Clock::now()),
      started_ms_(base::unix_ms()), store_(std::move(store)),
      next_look_(started_ + options.refresh), next_expiry_(started_), thread_([this] { run(); }) {}

Writer::~Writer() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

bool Writer::push(Change change, std::uint64_t ticket) {
    {
        const std::lock_guard lock{mutex_};
        if (queue_.size() >= options_.most_waiting)
            return false;
        queue_.push_back({std::move(change), ticket});
    }
    changed_.notify_one();
    return true;
}

std::size_t Writer::waiting() const {
    const std::lock_guard lock{mutex_};
    return queue_.size();
}

void Writer::read_all() {
    const std::lock_guard lock{mutex_};
    read_all_ = true;
}

void Writer::run() {
    // What was read may be a file that cannot be written: to be known now, not at the first change.
    Batch nothing;
    attempt(nothing, 1);
    for (Batch batch; next_batch(batch); batch.clear())
        turn(batch);
}

/// Waits until there is something to do, and takes what is to be done in one transaction: perhaps
/// nothing. False: the end.
bool Writer::next_batch(Batch& batch) {
    std::unique_lock lock{mutex_};
    changed_.wait_until(lock, next_turn(),
                        [this] { return stopping_ || (!away_ && !queue_.empty()); });
    const std::size_t count = std::min(queue_.size(), most_in_a_transaction);
    std::move(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count),
              std::back_inserter(batch));
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    if (read_all_ && store_)
        store_->forget();
    read_all_ = false;
    return !stopping_;
}

/// When there is something to do though nobody asks for it.
Writer::Clock::time_point Writer::next_turn() const {
    return away_ ? next_look_ : std::min(next_look_, next_expiry_);
}

void Writer::turn(Batch& batch) {
    if (away_)
        attempt(batch, 1);
    else if (!batch.empty())
        attempt(batch, 2);
    const auto now = Clock::now();
    if (!away_ && now >= next_look_)
        look();
    if (!away_ && now >= next_expiry_)
        expire();
}

/// Connects where that is needed, and carries the batch out. An empty one is a proof that the
/// database can be written to.
void Writer::attempt(Batch& batch, int tries) {
    for (;;) {
        try {
            connect();
            settle(batch);
            away_ = false;
            backoff_.reset();
            return;
        } catch (const Error& error) {
            drop_store();
            if (--tries == 0) {
                go_away(batch, error.why());
                return;
            }
        }
    }
}

void Writer::connect() {
    if (!store_)
        store_ = std::make_unique<Store>(options_.database, options_.synchronous_full, version_);
}

/// What the database does not take fails alone. When this throws, what is still in the batch has
/// not been answered.
void Writer::settle(Batch& batch) {
    try {
        commit(batch);
        return;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::data || batch.empty())
            throw;
        drop_store();
        if (batch.size() == 1) {
            tell_rows({}, {{.ticket = batch.front().ticket, .refused = error.why()}});
            return;
        }
    }
    for (; !batch.empty(); batch.erase(batch.begin())) {
        connect();
        Batch one{batch.front()};
        settle(one);
    }
    connect();
}

void Writer::commit(const Batch& batch) {
    std::vector<Change> changes;
    for (const Request& request : batch)
        changes.push_back(request.change);
    std::vector<Row> rows = store_->apply(changes);
    std::vector<Settled> settled;
    for (std::size_t i = 0; i < batch.size(); ++i)
        settled.push_back({.ticket = batch[i].ticket, .known = changes[i].known});
    tell_rows(std::move(rows), std::move(settled));
}

void Writer::go_away(const Batch& batch, const std::string& why) {
    away_ = true;
    next_look_ = Clock::now() + backoff_.next();
    std::vector<std::uint64_t> tickets;
    for (const Request& request : batch)
        tickets.push_back(request.ticket);
    mailbox_.post([this, why, tickets = std::move(tickets)]() mutable {
        listener_.on_away(why, std::move(tickets));
    });
}

void Writer::drop_store() {
    if (store_)
        version_ = store_->version();
    store_.reset();
}

/// Sees what other registries on the same database have changed.
void Writer::look() {
    next_look_ = Clock::now() + options_.refresh;
    std::vector<Row> rows;
    try {
        store_->read_changes([&](Row&& row) {
            rows.push_back(std::move(row));
            if (rows.size() == most_in_a_message)
                tell_rows(std::exchange(rows, {}), {});
        });
        tell_rows(std::move(rows), {});
    } catch (const Error&) {
        drop_store();
        Batch nothing;
        attempt(nothing, 1);
    }
}

void Writer::begin_expiry() {
    // A wall clock that jumps ahead must not make everybody old.
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started_);
    expire_before_ms_ =
        std::min(base::unix_ms(), started_ms_ + elapsed.count()) - options_.keep.count();
    expire_from_ = 1;
}

/// A part of it in each turn, so that changes do not wait for all of it.
void Writer::expire() {
    if (expire_from_ == 0)
        begin_expiry();
    try {
        expire_from_ = store_->expire(expire_from_, expire_before_ms_);
    } catch (const Error&) {
        drop_store();
        Batch nothing;
        attempt(nothing, 1);
        return;
    }
    if (expire_from_ != 0)
        return;
    next_expiry_ = Clock::now() +
                   std::min<std::chrono::milliseconds>(options_.keep / 10, std::chrono::hours{1});
    mailbox_.post([this, before = expire_before_ms_] { listener_.on_expired(before); });
}

void Writer::tell_rows(std::vector<Row> rows, std::vector<Settled> settled) {
    mailbox_.post([this, rows = std::move(rows), settled = std::move(settled)]() mutable {
        listener_.on_rows(std::move(rows), std::move(settled));
    });
}

} // namespace registry
