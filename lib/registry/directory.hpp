#pragma once

#include "registry/glob.hpp"
#include "registry/instance.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace registry {

struct Row;

/// All instances, in memory. Times called `now` are those of a clock of the caller's that never
/// jumps, in ms: whether an instance is alive is a matter of when we heard of it, not of what its
/// row says.
class Directory {
public:
    /// Is told of a service whose live instances have changed.
    using Changed = std::function<void(std::string_view name)>;

    Directory(std::chrono::milliseconds ttl, Changed changed);

    /// Takes a row over; `heard` is when its instance was last seen, on the clock of `now`. False
    /// for the renewal of an instance that is not here: then all must be read again.
    bool put(const Row& row, std::int64_t heard, std::int64_t now);

    /// Notices who has died.
    void sweep(std::int64_t now);

    /// Drops the dead whose row says that they were last seen before `before_ms` (Unix time), of
    /// about `some` instances; the next call looks at others. True when it has seen them all.
    bool expire(std::int64_t before_ms, std::size_t some);

    [[nodiscard]] std::vector<Known> locate(const Glob& glob, std::int64_t now);
    [[nodiscard]] std::vector<Known> list(const Glob& glob, std::int64_t now, std::size_t offset,
                                          std::size_t limit) const;
    [[nodiscard]] std::optional<Known> find(std::string_view address, std::int64_t now) const;

    [[nodiscard]] std::size_t services() const noexcept { return services_.size(); }
    [[nodiscard]] std::size_t instances() const noexcept { return entries_.size() - gone_; }
    [[nodiscard]] std::size_t alive() const noexcept { return alive_; }

private:
    struct Service;
    using Services = std::map<std::string, Service, NameOrder>;

    struct Entry;
    /// An instance stands under its address. That there are very many of them decides what is in
    /// here, and in which order.
    using Node = std::pair<const std::string, Entry>;
    struct Entry {
        std::int64_t id = 0;
        std::int64_t first_seen_ms = 0;
        std::int64_t last_seen_ms = 0;
        std::int64_t heard = 0;
        Services::value_type* service = nullptr;
        Node* next = nullptr; // of the same service
        Node* before = nullptr;
        std::int32_t check = 0; // where it stands in checks_
        std::uint16_t port = 0;
        bool gone = false;
        bool alive = false;
    };
    /// Not of the standard's kind, which would keep each hash beside its instance.
    struct AddressHash {
        std::size_t operator()(const std::string& address) const noexcept {
            return std::hash<std::string>{}(address);
        }
    };
    /// A list of instances in order of registration; none of them is gone. Nearly all services have
    /// few, so it is linked: a vector would take as much memory as all the rest of a service.
    struct Service {
        Node* first = nullptr;
        Node* last = nullptr;

        void add(Node& node) noexcept;
        void remove(Node& node) noexcept;
    };

    /// What a pattern with a wildcard at its start matches: found by looking at all names once,
    /// and kept up to date from then on, so that asking again does not look at them.
    struct Standing {
        std::string pattern;
        Glob glob;
        std::vector<Services::value_type*> matches;
    };

    template <class Visit> void visit(const Glob& glob, Visit visit) const;
    [[nodiscard]] const std::vector<Services::value_type*>& standing(const Glob& glob);
    void join(Node& node, const std::string& name);
    void leave(Node& node);
    void revive(Node& node);
    void check_later(Node& node);
    void die(Node& node);
    [[nodiscard]] bool alive(const Entry& entry, std::int64_t now) const noexcept;
    [[nodiscard]] Known known(const Node& node, std::int64_t now) const;

    std::int64_t ttl_;
    Changed changed_;
    std::unordered_map<std::string, Entry, AddressHash> entries_;
    Services services_;            // none without instances
    std::list<Standing> standing_; // the most recently asked first
    // Who is to be looked at from which time on; each one alive stands here once.
    std::map<std::int32_t, std::vector<Node*>> checks_;
    std::size_t alive_ = 0;
    std::size_t gone_ = 0;
    std::size_t expiry_bucket_ = 0; // of entries_, where `expire` goes on
};

} // namespace registry
