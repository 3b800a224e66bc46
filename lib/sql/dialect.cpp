#include "sql/dialect.hpp"

namespace sql {

namespace {

/// key='value', as libpq and SOCI's MySQL driver read it.
void add_quoted(std::string& to, std::string_view key, std::string_view value) {
    if (value.empty())
        return;
    to += to.empty() ? "" : " ";
    to += std::string{key} + "='";
    for (const char c : value) {
        if (c == '\'' || c == '\\')
            to += '\\';
        to += c;
    }
    to += '\'';
}

std::string database_of(const base::Url& url) {
    return url.path.empty() ? "" : url.path.substr(1);
}

std::string port_of(const base::Url& url) {
    return url.port == 0 ? "" : std::to_string(url.port);
}

std::string find(const base::Url& url, std::string_view key) {
    const auto at = url.query.find(key);
    return at == url.query.end() ? "" : at->second;
}

/// PostgreSQL 15 manual, 34.1.2: parameters of the URL are libpq's own, and the later ones count.
std::string postgresql(const base::Url& url) {
    std::string text = "connect_timeout=5 keepalives_idle=15 keepalives_interval=5 "
                       "keepalives_count=3 tcp_user_timeout=30000 application_name=servreg";
    add_quoted(text, "host", url.host);
    add_quoted(text, "port", port_of(url));
    add_quoted(text, "user", url.user);
    add_quoted(text, "password", url.password);
    add_quoted(text, "dbname", database_of(url));
    for (const auto& [key, value] : url.query)
        add_quoted(text, key, value);
    return text;
}

std::string mysql(const base::Url& url) {
    std::string text = "connect_timeout=5 read_timeout=30 write_timeout=30 charset=utf8mb4";
    add_quoted(text, "host", url.host);
    add_quoted(text, "port", port_of(url));
    add_quoted(text, "user", url.user);
    add_quoted(text, "password", url.password);
    add_quoted(text, "db", database_of(url));
    add_quoted(text, "unix_socket", find(url, "unix_socket"));
    return text;
}

std::string oracle(const base::Url& url) {
    std::string service = "//" + url.host;
    service += url.port == 0 ? "" : ":" + port_of(url);
    service += "/" + database_of(url);
    return "service=" + service + " user=" + url.user + " password=" + url.password;
}

/// odbc_connect is the whole string, as SQLAlchemy passes it on.
std::string odbc(const base::Url& url) {
    if (const std::string all = find(url, "odbc_connect"); !all.empty())
        return all;
    std::string text = "DSN=" + url.host;
    text += url.user.empty() ? "" : ";UID=" + url.user;
    text += url.password.empty() ? "" : ";PWD=" + url.password;
    return text;
}

} // namespace

std::string Dialect::driver() const {
    switch (backend_) {
    case Backend::sqlite:
        return "sqlite3";
    case Backend::postgresql:
        return "postgresql";
    case Backend::mysql:
        return "mysql";
    case Backend::oracle:
        return "oracle";
    case Backend::odbc:
        return "odbc";
    }
    return {};
}

std::string Dialect::package() const {
    switch (backend_) {
    case Backend::sqlite:
        return "libsoci-sqlite3-4.0";
    case Backend::postgresql:
        return "libsoci-postgresql4.0";
    case Backend::mysql:
        return "libsoci-mysql4.0";
    case Backend::odbc:
        return "libsoci-odbc4.0";
    case Backend::oracle:
        return {};
    }
    return {};
}

std::string Dialect::connection_string(const DatabaseUrl& url) const {
    switch (backend_) {
    case Backend::sqlite:
        return "dbname=\"" + (url.in_memory() ? ":memory:" : url.file) + "\"";
    case Backend::postgresql:
        return postgresql(url.server);
    case Backend::mysql:
        return mysql(url.server);
    case Backend::oracle:
        return oracle(url.server);
    case Backend::odbc:
        return odbc(url.server);
    }
    return {};
}

std::vector<std::string> Dialect::session_setup(bool synchronous_full) const {
    switch (backend_) {
    case Backend::sqlite:
        // The kernel has the file in its cache; a larger copy of it would be of little use.
        return {"PRAGMA busy_timeout=2000", "PRAGMA cache_size=-250", "PRAGMA journal_mode=WAL",
                synchronous_full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"};
    case Backend::postgresql:
        // Without this, "already exists, skipping" goes to standard error.
        return {"SET client_min_messages = warning", "SET statement_timeout = '30s'",
                "SET lock_timeout = '5s'", "SET idle_in_transaction_session_timeout = '10s'"};
    case Backend::mysql:
        return {"SET SESSION innodb_lock_wait_timeout = 5",
                "SET SESSION sql_mode = 'STRICT_ALL_TABLES'",
                "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"};
    case Backend::oracle:
    case Backend::odbc:
        return {};
    }
    return {};
}

std::string Dialect::begin() const {
    // A plain BEGIN takes the lock at the first write, when it is too late to wait for it.
    return backend_ == Backend::sqlite ? "BEGIN IMMEDIATE" : "";
}

std::string Dialect::commit() const {
    return backend_ == Backend::sqlite ? "COMMIT" : "";
}

std::string Dialect::big_integer() const {
    switch (backend_) {
    case Backend::sqlite:
        return "INTEGER"; // as a primary key it is the row's own number
    case Backend::oracle:
        return "NUMBER(19)";
    default:
        return "BIGINT";
    }
}

std::string Dialect::text(std::size_t bytes) const {
    const std::string length = "(" + std::to_string(bytes) + ")";
    switch (backend_) {
    case Backend::oracle:
        return "VARCHAR2" + length;
    case Backend::mysql:
        return "VARCHAR" + length + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
    default:
        return "VARCHAR" + length;
    }
}

std::string Dialect::key(std::size_t bytes) const {
    // InnoDB's indexes hold 3072 bytes, and it counts four for a character.
    if (backend_ == Backend::mysql)
        return "VARBINARY(" + std::to_string(bytes) + ")";
    return text(bytes);
}

std::string Dialect::lock_schema() const {
    switch (backend_) {
    case Backend::postgresql:
        return "SELECT pg_advisory_lock(7377726567)";
    case Backend::mysql:
        return "SELECT GET_LOCK('servreg.schema', 20)";
    default:
        return {};
    }
}

std::string Dialect::unlock_schema() const {
    switch (backend_) {
    case Backend::postgresql:
        return "SELECT pg_advisory_unlock(7377726567)";
    case Backend::mysql:
        return "SELECT RELEASE_LOCK('servreg.schema')";
    default:
        return {};
    }
}

std::string Dialect::count_tables() const {
    switch (backend_) {
    case Backend::sqlite:
        return "SELECT COUNT(*) FROM sqlite_master WHERE type='table' AND name=:n";
    case Backend::postgresql:
        return "SELECT COUNT(*) FROM pg_catalog.pg_tables"
               " WHERE schemaname = ANY (current_schemas(false)) AND tablename=:n";
    case Backend::oracle:
        return "SELECT COUNT(*) FROM user_tables WHERE table_name=UPPER(:n)";
    case Backend::mysql:
        return "SELECT COUNT(*) FROM information_schema.tables"
               " WHERE table_schema=DATABASE() AND table_name=:n";
    case Backend::odbc:
        return "SELECT COUNT(*) FROM information_schema.tables WHERE table_name=:n";
    }
    return {};
}

std::string Dialect::count_indexes() const {
    switch (backend_) {
    case Backend::sqlite:
        return "SELECT COUNT(*) FROM sqlite_master WHERE type='index' AND name=:n";
    case Backend::postgresql:
        return "SELECT COUNT(*) FROM pg_catalog.pg_indexes"
               " WHERE schemaname = ANY (current_schemas(false)) AND indexname=:n";
    case Backend::oracle:
        return "SELECT COUNT(*) FROM user_indexes WHERE index_name=UPPER(:n)";
    case Backend::mysql:
        return "SELECT COUNT(*) FROM information_schema.statistics"
               " WHERE table_schema=DATABASE() AND index_name=:n";
    case Backend::odbc:
        return count_tables(); // the standard has no view of indexes
    }
    return {};
}

} // namespace sql
