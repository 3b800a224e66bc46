#pragma once

#include "base/url.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace sql {

enum class Backend : std::uint8_t { sqlite, postgresql, mysql, oracle, odbc };

/// Which database to use, as SQLAlchemy writes it: BACKEND[+DRIVER]://…; the driver is ignored.
///   sqlite:///relative.db   sqlite:////absolute.db   sqlite://   sqlite:///:memory:
///   postgresql://[user[:password]@][host[:port]]/database[?key=value], also postgres://
///   mysql://…, mariadb://…  (?unix_socket=/path, postgresql also ?host=/directory)
///   oracle://user:password@host[:port]/service      odbc://DATA-SOURCE or odbc:///?odbc_connect=…
struct DatabaseUrl {
    Backend backend = Backend::sqlite;
    std::string file; // of SQLite; empty: in memory
    base::Url server; // of the others

    /// Throws Error(usage), without a password in it, for a URL of no such form.
    static DatabaseUrl parse(std::string_view text);

    [[nodiscard]] bool in_memory() const noexcept {
        return backend == Backend::sqlite && file.empty();
    }
    /// For eyes: without user and password.
    [[nodiscard]] std::string shown() const;
};

} // namespace sql
