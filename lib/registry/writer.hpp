#pragma once

#include "base/backoff.hpp"
#include "loop/mailbox.hpp"
#include "registry/registry.hpp"
#include "registry/store.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace registry {

/// The thread that has the database. Changes that are waiting when it comes to them share a
/// transaction. A transaction that fails is tried once more on a new connection; then what waits
/// is answered with the error, and the database counts as away until a transaction succeeds.
class Writer {
public:
    struct Settled {
        std::uint64_t ticket = 0;
        bool known = false;
        std::string refused; // why the database does not take it; empty: committed
    };

    /// What it has to tell, called from the loop in the order in which things happened.
    class Listener {
    public:
        /// The database has answered; these are the rows that are new in it. What the settled
        /// changes did is among them.
        virtual void on_rows(std::vector<Row> rows, std::vector<Settled> settled) = 0;
        /// The database is away, and these are not known to be stored.
        virtual void on_away(const std::string& why, std::vector<std::uint64_t> tickets) = 0;
        /// All instances that were last seen before then have been deleted.
        virtual void on_expired(std::int64_t before_ms) = 0;

    protected:
        ~Listener() = default;
    };

    /// All outlive it. Starts the thread, which takes `store` over.
    Writer(loop::EventLoop& loop, const Options& options, Listener& listener,
           std::unique_ptr<Store> store);
    /// Waits for the transaction that is under way.
    ~Writer();

    /// False when too much waits already.
    bool push(Change change, std::uint64_t ticket);
    [[nodiscard]] std::size_t waiting() const;
    /// All rows are to come once more.
    void read_all();

private:
    using Clock = std::chrono::steady_clock;
    struct Request {
        Change change;
        std::uint64_t ticket;
    };
    using Batch = std::vector<Request>;

    void run();
    bool next_batch(Batch& batch);
    void turn(Batch& batch);
    void attempt(Batch& batch, int tries);
    void connect();
    void settle(Batch& batch);
    void commit(const Batch& batch);
    void go_away(const Batch& batch, const std::string& why);
    void drop_store();
    [[nodiscard]] Clock::time_point next_turn() const;
    void look();
    void begin_expiry();
    void expire();
    void tell_rows(std::vector<Row> rows, std::vector<Settled> settled);

    const Options& options_;
    Listener& listener_;
    loop::Mailbox mailbox_;

    mutable std::mutex mutex_; // guards these four
    std::condition_variable changed_;
    std::deque<Request> queue_;
    bool stopping_ = false;
    bool read_all_ = false;

    const Clock::time_point started_;
    const std::int64_t started_ms_;

    // Of the thread alone.
    std::unique_ptr<Store> store_;
    std::int64_t version_ = Store::nothing;
    bool away_ = false;
    base::Backoff backoff_;
    Clock::time_point next_look_;
    Clock::time_point next_expiry_;
    std::int64_t expire_from_ = 0; // the id with which the one under way goes on; 0: none is
    std::int64_t expire_before_ms_ = 0;

    std::thread thread_;
};

} // namespace registry
