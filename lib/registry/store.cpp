#include "registry/store.hpp"

#include "registry/schema.hpp"

namespace registry {

using sql::Statement;
using sql::Type;

struct Store::Statements {
    explicit Statements(sql::Session& session)
        : next_version{session, "UPDATE servreg_state SET version = version + 1", {}},
          state{session,
                "SELECT version, next_id FROM servreg_state",
                {},
                {Type::integer, Type::integer}},
          take_ids{session, "UPDATE servreg_state SET next_id = :n", {Type::integer}},
          renew{session,
                "UPDATE servreg_instances SET name = :n, last_seen = :l, version = :v, gone = 0"
                " WHERE address = :a",
                {Type::text, Type::integer, Type::integer, Type::text}},
          insert{session,
                 "INSERT INTO servreg_instances (id, address, name, host, port, first_seen,"
                 " last_seen, version, gone) VALUES (:i, :a, :n, :h, :p, :f, :l, :v, 0)",
                 {Type::integer, Type::text, Type::text, Type::text, Type::integer, Type::integer,
                  Type::integer, Type::integer}},
          remove{session,
                 "UPDATE servreg_instances SET gone = 1, version = :v"
                 " WHERE address = :a AND gone = 0",
                 {Type::integer, Type::text}},
          changes{session,
                  "SELECT id, name, address, port, first_seen, last_seen, gone"
                  " FROM servreg_instances WHERE version > :v ORDER BY id",
                  {Type::integer},
                  {Type::integer, Type::text, Type::text, Type::integer, Type::integer,
                   Type::integer, Type::integer}},
          lock{session, "UPDATE servreg_state SET next_id = next_id", {}},
          next_id{session,
                  "SELECT COALESCE(MIN(id), 0) FROM servreg_instances WHERE id >= :f",
                  {Type::integer},
                  {Type::integer}},
          count_expired{session,
                        "SELECT COUNT(*) FROM servreg_instances" + expired_of_window,
                        {Type::integer, Type::integer, Type::integer},
                        {Type::integer}},
          expire{session,
                 "DELETE FROM servreg_instances" + expired_of_window,
                 {Type::integer, Type::integer, Type::integer}} {}

    static inline const std::string expired_of_window =
        " WHERE id >= :f AND id < :e AND last_seen < :t";

    Statement next_version;
    Statement state;
    Statement take_ids;
    Statement renew;
    Statement insert;
    Statement remove;
    Statement changes;
    Statement lock;
    Statement next_id;
    Statement count_expired;
    Statement expire;
};

namespace {

constexpr std::int64_t expiry_window = 1000; // ids

struct State {
    std::int64_t version = 0;
    std::int64_t next_id = 0;
};

State read_state(Statement& statement) {
    State state;
    statement.query();
    while (statement.fetch())
        state = {statement.integer(0), statement.integer(1)};
    return state;
}

std::int64_t number(Statement& query) {
    query.query();
    std::int64_t value = 0;
    while (query.fetch())
        value = query.integer(0);
    return value;
}

Row read_row(const Statement& row) {
    return {.id = row.integer(0),
            .name = row.text(1),
            .address = row.text(2),
            .port = static_cast<std::uint16_t>(row.integer(3)),
            .first_seen_ms = row.integer(4),
            .last_seen_ms = row.integer(5),
            .gone = row.integer(6) != 0};
}

Row row_of(const Change& change) {
    return {.name = change.instance.name,
            .address = change.instance.address(),
            .port = change.instance.port,
            .last_seen_ms = change.at_ms,
            .gone = change.removal};
}

} // namespace

Store::Store(const sql::DatabaseUrl& url, bool synchronous_full, std::int64_t known_version)
    : session_(url, synchronous_full), version_(known_version) {
    migrate(session_);
    statements_ = std::make_unique<Statements>(session_);
}

Store::~Store() = default;

void Store::read_changes(const Sink& sink) {
    // The version first: what is committed between the two is read twice rather than missed.
    const std::int64_t version = read_state(statements_->state).version;
    if (version == version_)
        return;
    if (version < version_)
        version_ = nothing; // an older copy of the database has been put in its place
    auto& changes = statements_->changes;
    changes.set(0, version_).query();
    while (changes.fetch())
        sink(read_row(changes));
    version_ = version;
}

std::vector<Row> Store::apply(std::span<Change> changes) {
    std::vector<Row> rows;
    session_.begin();
    statements_->next_version.execute();
    const State before = read_state(statements_->state);
    std::int64_t next_id = before.next_id;
    for (Change& change : changes) {
        if (!change.removal)
            rows.push_back(renew(change, before.version, next_id));
        else if (change.known = remove(change, before.version); change.known)
            rows.push_back(row_of(change));
    }
    if (next_id != before.next_id)
        statements_->take_ids.set(0, next_id).execute();
    session_.commit();
    if (version_ == before.version - 1) {
        version_ = before.version;
        return rows;
    }
    rows.clear();
    read_changes([&](Row&& row) { rows.push_back(std::move(row)); });
    return rows;
}

Row Store::renew(const Change& change, std::int64_t version, std::int64_t& next_id) {
    Row row = row_of(change);
    auto& s = *statements_;
    s.renew.set(0, row.name).set(1, row.last_seen_ms).set(2, version).set(3, row.address);
    if (s.renew.execute() > 0)
        return row;
    row.id = next_id++;
    row.first_seen_ms = change.first_ms == 0 ? change.at_ms : change.first_ms;
    s.insert.set(0, row.id).set(1, row.address).set(2, row.name).set(3, change.instance.host);
    s.insert.set(4, row.port).set(5, row.first_seen_ms).set(6, row.last_seen_ms).set(7, version);
    s.insert.execute();
    return row;
}

bool Store::remove(const Change& change, std::int64_t version) {
    auto& s = *statements_;
    return s.remove.set(0, version).set(1, change.instance.address()).execute() > 0;
}

std::int64_t Store::expire(std::int64_t first_id, std::int64_t before_ms) {
    auto& s = *statements_;
    const std::int64_t first = number(s.next_id.set(0, first_id));
    if (first == 0)
        return 0;
    const std::int64_t end = first + expiry_window;
    if (number(s.count_expired.set(0, first).set(1, end).set(2, before_ms)) == 0)
        return end;
    session_.begin();
    s.lock.execute();
    s.expire.set(0, first).set(1, end).set(2, before_ms).execute();
    session_.commit();
    return end;
}

} // namespace registry
