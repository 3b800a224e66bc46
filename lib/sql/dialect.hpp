#pragma once

#include "sql/database_url.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sql {

/// All that differs between the databases, so that nothing else asks which one it has.
class Dialect {
public:
    explicit Dialect(Backend backend) noexcept : backend_(backend) {}

    /// SOCI's name of the backend, and the Debian package that brings it; empty: there is none.
    [[nodiscard]] std::string driver() const;
    [[nodiscard]] std::string package() const;

    /// What the driver is to be opened with. Holds the password.
    [[nodiscard]] std::string connection_string(const DatabaseUrl& url) const;
    /// Statements for every new session. Locks and statements are waited for some seconds only.
    [[nodiscard]] std::vector<std::string> session_setup(bool synchronous_full) const;
    /// Begin a transaction that is going to write, and commit it; empty: as the driver does it.
    [[nodiscard]] std::string begin() const;
    [[nodiscard]] std::string commit() const;

    // Types of columns.
    [[nodiscard]] std::string big_integer() const;
    [[nodiscard]] std::string text(std::size_t bytes) const;
    /// A text that compares byte by byte and may be in an index.
    [[nodiscard]] std::string key(std::size_t bytes) const;

    /// Programs on several machines may share the database, so that what others have changed is
    /// asked for often; else an index for that would cost more than it saves.
    [[nodiscard]] bool is_server() const noexcept { return backend_ != Backend::sqlite; }

    /// Keep others from changing the schema at the same time; empty where nothing is needed.
    [[nodiscard]] std::string lock_schema() const;
    [[nodiscard]] std::string unlock_schema() const;
    /// Counts tables of the name that is its one parameter.
    [[nodiscard]] std::string count_tables() const;
    /// The same for indexes; of some databases it is not known that there are any.
    [[nodiscard]] std::string count_indexes() const;

private:
    Backend backend_;
};

} // namespace sql
