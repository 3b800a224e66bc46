#pragma once

#include "registry/instance.hpp"
#include "sql/database_url.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loop {
class EventLoop;
}

namespace registry {

struct Options {
    sql::DatabaseUrl database;
    /// For how long after its last ping an instance is located.
    std::chrono::milliseconds ttl = std::chrono::seconds{60};
    /// Instances that have not been seen for this long are deleted.
    std::chrono::milliseconds keep = std::chrono::hours{7 * 24};
    /// How old another registry's pings on the same database may be when they are seen here.
    std::chrono::milliseconds refresh = std::chrono::milliseconds{250};
    /// How long `open` waits for a database that is not there.
    std::chrono::milliseconds start_patience = std::chrono::seconds{30};
    /// A change that is not known to be stored by then is answered with an error.
    std::chrono::milliseconds answer_within = std::chrono::seconds{10};
    /// SQLite: wait for the disk at every commit, so that a power failure loses nothing. Without
    /// it a killed process loses nothing.
    bool synchronous_full = false;
    std::size_t most_waiting = 20'000; // changes that wait for the database
    /// Is told, from the loop's thread, when the database goes away, and when it is back.
    std::function<void(const std::string& line)> tell = [](const std::string&) {};
};

struct Stats {
    std::size_t services = 0;  // distinct names
    std::size_t instances = 0; // dead ones too
    std::size_t alive = 0;
    std::size_t waiting = 0;   // changes that wait for the database
    std::uint64_t pings = 0;   // stored since the start
    std::uint64_t failed = 0;  // changes that were answered with an error
    std::uint64_t commits = 0; // transactions; pings that come together share one
    std::uint64_t locates = 0;
    std::chrono::milliseconds stale_for{0}; // 0: the database is there
    std::string trouble;                    // why it is not; empty: it is there
};

/// The registry of services: changes go to a database, on a thread of their own; questions are
/// answered from memory, also while the database is away. All functions are for the loop's thread.
class Registry {
public:
    /// Ends with the exception that kept a change from being stored, or with null once it is
    /// committed. Error(unavailable): the storage is away, and whether the change is kept is known
    /// only where it says so.
    using Done = std::function<void(std::exception_ptr error)>;
    using Removed = std::function<void(bool known, std::exception_ptr error)>;

    Registry(loop::EventLoop& loop, Options options);
    /// Stops the thread after the transaction it is in; changes that still wait are dropped
    /// without a callback. Wait for `idle` first.
    ~Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    /// Connects, makes or migrates the tables, reads all instances. Blocks. Throws
    /// Error(unavailable) when the database does not answer in time, Error(config) when it cannot
    /// be used: a driver that is not installed, a wrong password, a newer schema.
    void open();

    /// Registers or renews. `done` is called from the loop, after the commit, never from within.
    /// Throws Error(data) as `check` does.
    void ping(Instance instance, Done done);

    /// Makes an instance forgotten; `known` is whether it was there.
    void deregister(const Instance& instance, Removed done);

    /// Those alive whose name matches the pattern (registry/glob.hpp), in order of registration.
    [[nodiscard]] std::vector<Known> locate(std::string_view pattern);

    /// All whose name matches, dead ones too, by name and then in order of registration, at most
    /// `limit` of them from `offset` on.
    [[nodiscard]] std::vector<Known> list(std::string_view pattern, std::size_t offset = 0,
                                          std::size_t limit = SIZE_MAX) const;

    /// The one at this address, or nothing.
    [[nodiscard]] std::optional<Known> find(std::string_view address) const;

    /// Whether the database is away, so that answers are those of the moment it went. While it is,
    /// nobody's time to live runs out.
    [[nodiscard]] bool stale() const noexcept;

    [[nodiscard]] Stats stats() const;

    /// Calls `changed` from the loop whenever the answer to `locate(pattern)` has other instances
    /// than before: one appeared, left, or died. Destroying the watch ends that; `changed` may
    /// destroy it.
    class Watch {
    public:
        struct State;
        explicit Watch(std::shared_ptr<State> state) : state_(std::move(state)) {}

    private:
        std::shared_ptr<State> state_; // the registry has it only as long as this lives
    };
    [[nodiscard]] std::unique_ptr<Watch> watch(std::string pattern, std::function<void()> changed);

    /// Calls back once no change waits any more.
    void idle(std::function<void()> callback);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace registry
