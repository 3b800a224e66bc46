#include "registry/import.hpp"

#include "base/error.hpp"
#include "registry/store.hpp"

#include <filesystem>
#include <unordered_map>
#include <utility>
#include <vector>

namespace registry {

namespace {

constexpr std::size_t most_in_a_transaction = 1000;

Instance instance_of(const Row& row) {
    if (row.port == 0)
        return {.name = row.name, .host = {}, .port = 0, .url = row.address};
    return {
        .name = row.name, .host = std::string{host_of(row.address)}, .port = row.port, .url = {}};
}

/// Who was seen when, by address.
std::unordered_map<std::string, std::int64_t> last_seen_in(Store& store) {
    std::unordered_map<std::string, std::int64_t> seen;
    store.read_changes([&](Row&& row) { seen[std::move(row.address)] = row.last_seen_ms; });
    return seen;
}

} // namespace

std::size_t import_all(const sql::DatabaseUrl& from, const sql::DatabaseUrl& to) {
    if (!from.file.empty() && !std::filesystem::exists(from.file)) // SQLite would make one
        throw base::Error(base::ErrorKind::no_input, "database " + from.shown(),
                          "there is no such file");
    Store source{from, false};
    Store target{to, false};
    const auto present = last_seen_in(target);
    std::vector<Change> batch;
    std::size_t count = 0;
    const auto store_batch = [&] {
        target.apply(batch);
        count += batch.size();
        batch.clear();
    };
    source.read_changes([&](Row&& row) {
        const auto there = present.find(row.address);
        if (row.gone || (there != present.end() && there->second >= row.last_seen_ms))
            return;
        batch.push_back({.instance = instance_of(row),
                         .at_ms = row.last_seen_ms,
                         .first_ms = row.first_seen_ms});
        if (batch.size() == most_in_a_transaction)
            store_batch();
    });
    if (!batch.empty())
        store_batch();
    return count;
}

} // namespace registry
