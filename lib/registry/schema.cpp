#include "registry/schema.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "registry/instance.hpp"
#include "sql/session.hpp"

#include <array>
#include <string>
#include <unordered_set>

namespace registry {

namespace {

using sql::Session;
using sql::Statement;
using sql::Type;

/// Whether a query that counts what has that name finds any.
bool finds(Session& session, const std::string& counting, std::string_view name) {
    Statement count{session, counting, {Type::text}, {Type::integer}};
    count.set(0, name).query();
    return count.fetch() && count.integer(0) > 0;
}

bool has_table(Session& session, std::string_view name) {
    return finds(session, session.dialect().count_tables(), name);
}

void create_table(Session& session, const std::string& name, const std::string& columns) {
    // MySQL commits with each definition, so that an interrupted step may be half done.
    if (!has_table(session, name))
        session.execute("CREATE TABLE " + name + " (" + columns + ")");
}

void create_state(Session& session) {
    const std::string number = session.dialect().big_integer() + " NOT NULL";
    create_table(session, "servreg_state", "version " + number + ", next_id " + number);
    if (session.integer("SELECT COUNT(*) FROM servreg_state") == 0)
        session.execute("INSERT INTO servreg_state (version, next_id) VALUES (0, 1)");
}

void create_instances(Session& session) {
    const auto& dialect = session.dialect();
    const std::string number = dialect.big_integer() + " NOT NULL";
    create_table(session, "servreg_instances",
                 "id " + dialect.big_integer() + " NOT NULL PRIMARY KEY, address " +
                     dialect.key(longest_url) + " NOT NULL UNIQUE, name " +
                     dialect.text(longest_name) + " NOT NULL, host " + dialect.text(longest_name) +
                     ", port INTEGER NOT NULL, first_seen " + number + ", last_seen " + number +
                     ", version " + number + ", gone INTEGER NOT NULL");
}

void create_index(Session& session) {
    const auto& dialect = session.dialect();
    if (dialect.is_server() && !finds(session, dialect.count_indexes(), "servreg_by_version"))
        session.execute("CREATE INDEX servreg_by_version ON servreg_instances (version)");
}

/// The original's times: local, "2026-11-20 23:53:53.527103".
std::int64_t local_ms(const std::string& text) {
    try {
        // PostgreSQL fills a CHAR up with blanks.
        return base::parse_time(text.substr(0, text.find_last_not_of(' ') + 1), base::unix_ms());
    } catch (const base::Error&) {
        return 0; // no time at all; then it is long ago
    }
}

struct OldRow {
    Instance instance;
    std::int64_t first_seen;
    std::int64_t last_seen;
};

std::vector<OldRow> read_original(Session& session) {
    std::vector<OldRow> rows;
    std::unordered_set<std::string> addresses;
    Statement select{session,
                     "SELECT name, host, port, CAST(first_seen AS CHAR(26)),"
                     " CAST(last_seen AS CHAR(26)) FROM servreg_services ORDER BY id",
                     {},
                     {Type::text, Type::text, Type::integer, Type::text, Type::text}};
    for (select.query(); select.fetch();) {
        OldRow row{.instance = {.name = select.text(0), .host = select.text(1)},
                   .first_seen = local_ms(select.text(3)),
                   .last_seen = local_ms(select.text(4))};
        row.instance.port = static_cast<std::uint16_t>(select.integer(2));
        try {
            check(row.instance);
        } catch (const base::Error&) {
            continue; // the original took anything, and nobody can reach this one
        }
        if (select.integer(2) == row.instance.port &&
            addresses.insert(row.instance.address()).second)
            rows.push_back(std::move(row));
    }
    return rows;
}

void import_original(Session& session) {
    if (!has_table(session, "servreg_services"))
        return;
    const auto rows = read_original(session);
    std::int64_t id = session.integer("SELECT next_id FROM servreg_state");
    if (rows.empty())
        return;
    Statement insert{session,
                     "INSERT INTO servreg_instances (id, address, name, host, port, first_seen,"
                     " last_seen, version, gone) VALUES (:i, :a, :n, :h, :p, :f, :l, 0, 0)",
                     {Type::integer, Type::text, Type::text, Type::text, Type::integer,
                      Type::integer, Type::integer}};
    for (const OldRow& row : rows) {
        insert.set(0, id++).set(1, row.instance.address()).set(2, row.instance.name);
        insert.set(3, row.instance.host).set(4, row.instance.port);
        insert.set(5, row.first_seen).set(6, row.last_seen).execute();
    }
    session.execute("UPDATE servreg_state SET next_id = " + std::to_string(id));
}

/// What brings a database from version N to N + 1, in order. Never change what one that was
/// released leads to. One that defines tables and is interrupted is begun again: MySQL commits with
/// each definition. One that only moves rows is done as a whole or not at all.
constexpr std::array<void (*)(Session&), 4> steps{create_state, create_instances, create_index,
                                                  import_original};

std::size_t schema_version(Session& session) {
    create_table(session, "servreg_schema", "version INTEGER NOT NULL");
    if (session.integer("SELECT COUNT(*) FROM servreg_schema") == 0)
        session.execute("INSERT INTO servreg_schema (version) VALUES (0)");
    return static_cast<std::size_t>(session.integer("SELECT version FROM servreg_schema"));
}

/// Does the next step, in a transaction of its own; false when there is none.
bool run_step(Session& session) {
    session.begin();
    const std::size_t version = schema_version(session);
    if (version > steps.size())
        throw base::Error(base::ErrorKind::config, "the database's tables",
                          "are of version " + std::to_string(version) +
                              ", and this program knows " + std::to_string(steps.size()),
                          "use the servreg that made them, or a newer one");
    if (version < steps.size()) {
        steps[version](session);
        session.execute("UPDATE servreg_schema SET version = " + std::to_string(version + 1));
    }
    session.commit();
    return version < steps.size();
}

/// So that a user without the right to make tables can run the program once they are there.
bool up_to_date(Session& session) {
    return has_table(session, "servreg_schema") &&
           session.integer("SELECT COALESCE(MAX(version), 0) FROM servreg_schema") ==
               static_cast<std::int64_t>(steps.size());
}

} // namespace

void migrate(Session& session) {
    if (up_to_date(session))
        return;
    const auto& dialect = session.dialect();
    if (const std::string lock = dialect.lock_schema(); !lock.empty())
        session.execute(lock);
    while (run_step(session)) {
    }
    if (const std::string unlock = dialect.unlock_schema(); !unlock.empty())
        session.execute(unlock);
}

} // namespace registry
