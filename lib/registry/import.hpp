#pragma once

#include "sql/database_url.hpp"

#include <cstddef>

namespace registry {

/// Copies all instances of one database into another, the dead ones too, with their times and in
/// their order, and makes its tables where it has none. Of an instance that both have, the one that
/// was seen last stays, so that it can be repeated. Gives how many were copied. Throws what Store
/// throws, and Error(no_input) for a SQLite file that is not there.
std::size_t import_all(const sql::DatabaseUrl& from, const sql::DatabaseUrl& to);

} // namespace registry
