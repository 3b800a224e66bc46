#pragma once

#include "redis/connection.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace director {

/// Which services should run, and how each was run: kept in Redis where the second generation's
/// director keeps it, in the set `band-set-started` and, one JSON object for each, in the keys
/// `band-config-NAME` (WIRE.md 1.6). Members that it wrote there and we do not know stay as they
/// are.
///
/// Changes count at once; while Redis is away they wait for it. Once it has been read, what is
/// known here counts: a server that comes back may have lost the last hour, or everything.
class WantedServices {
public:
    /// `redis` outlives it.
    explicit WantedServices(redis::Connection& redis) : redis_(redis) {}

    /// To be called when the connection has come up: reads, then writes what is known better here.
    /// `done` is called once all is known; not if the connection breaks before, or Redis will not
    /// say it.
    void synchronize(std::function<void()> done);

    /// From now on it should run, in this way. `settings` is a JSON object; its members replace
    /// those of the configuration that there is.
    void add(const std::string& service, const std::string& settings);
    void remove(std::string_view service);

    /// Calls back once Redis has taken all changes so far, or is away: now or later.
    void when_written(std::function<void()> callback);
    /// The connection is lost.
    void on_away();

    /// Whether Redis has been read since the start.
    [[nodiscard]] bool known() const noexcept { return known_; }
    [[nodiscard]] const std::set<std::string, std::less<>>& names() const noexcept {
        return names_;
    }
    /// The configuration, a JSON object; "{}" where there is none.
    [[nodiscard]] std::string_view configuration(std::string_view service) const noexcept;
    /// Which runtime the configuration says; may be empty.
    [[nodiscard]] std::string runtime_of(std::string_view service) const;

private:
    struct Change {
        std::optional<std::string> settings; // nothing: it should not run
        std::uint64_t version = 0;
    };

    void write(const std::string& service);
    void on_written(const std::string& service, std::uint64_t version, bool done);
    void read(std::function<void()> done);
    void take(const redis::Reply& members, std::function<void()> done);

    redis::Connection& redis_;
    bool known_ = false;
    std::set<std::string, std::less<>> names_;
    std::map<std::string, std::string, std::less<>> configurations_;
    std::map<std::string, Change, std::less<>> unwritten_; // changed here and not yet there
    std::set<std::string, std::less<>> given_up_;          // should not run, since we say so
    std::uint64_t version_ = 0;
    std::size_t in_flight_ = 0; // changes that have been sent and not been answered
    std::vector<std::function<void()>> waiting_;
};

/// The object `json` with the members of `changes`, both valid JSON objects.
std::string merged_objects(std::string_view json, std::string_view changes);

} // namespace director
