#pragma once

#include <string>

namespace sql {

/// SQLite gives the files beside a database, -wal and -shm, the mode that the database has at that
/// moment. Those that were made while it was read-only would keep it read-only for ever; this gives
/// them the mode that it has now, where they are ours.
void follow_mode(const std::string& database) noexcept;

} // namespace sql
