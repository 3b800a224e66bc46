#pragma once

#include "sql/database_url.hpp"
#include "sql/dialect.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace sql {

enum class Type : std::uint8_t { integer, text };

/// One connection to a database; used by one thread at a time. Everything blocks, and throws
/// base::Error: unavailable (the database is away, locked, full), data (it refuses a value), config
/// (no driver, wrong login, a file that is read-only, a statement that it does not take). After an
/// error in a transaction, drop the session: a lost connection does not come back by itself.
class Session {
public:
    /// Connects. No message ever has the password.
    Session(const DatabaseUrl& url, bool synchronous_full);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void execute(const std::string& statement);
    /// For a query with one row of one integer.
    std::int64_t integer(const std::string& query);

    void begin();
    void commit();
    void rollback() noexcept;

    [[nodiscard]] const Dialect& dialect() const noexcept { return dialect_; }

private:
    friend class Statement;
    struct Impl;

    void set_up(const std::string& statement);
    void prepare_transactions();

    Dialect dialect_;
    std::unique_ptr<Impl> impl_;
};

/// A prepared statement with `:name` parameters, set by position. Goes before its session.
class Statement {
public:
    Statement(Session& session, const std::string& text, std::initializer_list<Type> parameters,
              std::initializer_list<Type> columns = {});
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& set(std::size_t parameter, std::int64_t value);
    Statement& set(std::size_t parameter, std::string_view value);

    /// For a statement without columns; gives the number of rows that it changed.
    std::int64_t execute();

    /// Begins a query; then `fetch` gives row after row, false at the end.
    void query();
    bool fetch();
    /// A column of the row; null is 0 or empty.
    [[nodiscard]] std::int64_t integer(std::size_t column) const;
    [[nodiscard]] const std::string& text(std::size_t column) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace sql
