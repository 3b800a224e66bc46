#pragma once

#include "registry/instance.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace registry {

/// A change that somebody asked for.
struct Change {
    Instance instance;
    std::int64_t at_ms = 0;    // Unix time
    std::int64_t first_ms = 0; // of a new row; 0: the same
    bool removal = false;
    bool known = false; // told by Store::apply: what is to be removed was there
};

/// A row as it stands in the database now. An instance that was deregistered keeps its row, marked
/// `gone`, so that other registries on the database learn of it.
struct Row {
    std::int64_t id = 0; // 0: the row was there before, with the id and first_seen that it has
    std::string name;
    std::string address;
    std::uint16_t port = 0; // 0: the address is a URL
    std::int64_t first_seen_ms = 0;
    std::int64_t last_seen_ms = 0;
    bool gone = false;
};

/// The instances in a database. Blocks; used by one thread; throws what sql::Session throws, and
/// is to be dropped then.
///
/// One row, `servreg_state`, is changed first by every transaction that changes anything. Its
/// `version` numbers the transactions, each row has the number of its last change, and who holds
/// the lock on it writes alone: so version N seen means that nothing below N is still to come,
/// two registries never wait for each other in a circle, and update-or-insert needs no dialect.
class Store {
public:
    static constexpr std::int64_t nothing = -1;

    /// Connects, and makes or migrates the tables. `known_version` is that of an earlier store on
    /// the same database: what was changed since then is what `read_changes` gives first.
    Store(const sql::DatabaseUrl& url, bool synchronous_full, std::int64_t known_version = nothing);
    ~Store();

    using Sink = std::function<void(Row&& row)>;

    /// Gives every row that was changed since the last call, in order of registration; the first
    /// call all of them.
    void read_changes(const Sink& sink);

    /// Carries out all or none, and commits; also without any change, as a proof that it can.
    /// Gives the rows that are known to stand now; where others have changed something in between,
    /// these are all that `read_changes` gives.
    std::vector<Row> apply(std::span<Change> changes);

    /// The next `read_changes` gives all rows.
    void forget() noexcept { version_ = nothing; }
    [[nodiscard]] std::int64_t version() const noexcept { return version_; }

    /// Deletes what was last seen before this time, of a thousand ids from this one on, so that
    /// others are not held up. Gives where to go on, or 0 at the end. Other registries are not
    /// told: they do the same.
    std::int64_t expire(std::int64_t first_id, std::int64_t before_ms);

private:
    struct Statements;
    Row renew(const Change& change, std::int64_t version, std::int64_t& next_id);
    bool remove(const Change& change, std::int64_t version);

    sql::Session session_;
    std::unique_ptr<Statements> statements_;
    std::int64_t version_; // up to which all changes are known
};

} // namespace registry
