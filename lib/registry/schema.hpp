#pragma once

namespace sql {
class Session;
}

namespace registry {

/// Makes the tables, or brings those of an older version up to date; several programs may do so at
/// once. Rows of the original's table, servreg_services, are taken over once; it is left as it is.
/// Throws Error(config) when the tables belong to a newer version, else what sql::Session throws.
void migrate(sql::Session& session);

} // namespace registry
