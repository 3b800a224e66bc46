#include "registry/directory.hpp"

#include "registry/store.hpp"

#include <algorithm>
#include <utility>

namespace registry {

namespace {

constexpr std::size_t most_standing = 16;
constexpr std::int64_t check_grain_ms = 128; // those that are due at nearly the same time share

} // namespace

Directory::Directory(std::chrono::milliseconds ttl, Changed changed)
    : ttl_(ttl.count()), changed_(std::move(changed)) {}

bool Directory::put(const Row& row, std::int64_t heard, std::int64_t now) {
    auto at = entries_.find(row.address);
    if (at == entries_.end()) {
        if (row.id == 0)
            return row.gone; // who is not here need not go
        at = entries_.try_emplace(row.address).first;
        at->second.gone = true; // for a moment
        ++gone_;
    }
    Entry& entry = at->second;
    const bool moved = row.id != 0 && row.id != entry.id;
    if (!entry.gone && (row.gone || moved || entry.service->first != row.name))
        leave(*at);
    if (row.id != 0) {
        entry.id = row.id;
        entry.first_seen_ms = row.first_seen_ms;
        entry.port = row.port;
    }
    if (row.gone)
        return true;
    entry.last_seen_ms = row.last_seen_ms;
    entry.heard = heard;
    if (entry.gone)
        join(*at, row.name);
    if (!entry.alive && alive(entry, now))
        revive(*at);
    return true;
}

void Directory::Service::add(Node& node) noexcept {
    Node* before = last; // of a new one, as a rule
    while (before != nullptr && before->second.id > node.second.id)
        before = before->second.before;
    node.second.before = before;
    node.second.next = std::exchange(before == nullptr ? first : before->second.next, &node);
    (node.second.next == nullptr ? last : node.second.next->second.before) = &node;
}

void Directory::Service::remove(Node& node) noexcept {
    Entry& entry = node.second;
    (entry.before == nullptr ? first : entry.before->second.next) = entry.next;
    (entry.next == nullptr ? last : entry.next->second.before) = entry.before;
    entry.next = entry.before = nullptr;
}

void Directory::join(Node& node, const std::string& name) {
    const auto [at, added] = services_.try_emplace(name);
    node.second.service = &*at;
    node.second.gone = false;
    --gone_;
    at->second.add(node);
    if (!added)
        return;
    for (Standing& standing : standing_)
        if (standing.glob.matches(name))
            standing.matches.push_back(&*at);
}

void Directory::leave(Node& node) {
    die(node);
    auto* const service = std::exchange(node.second.service, nullptr);
    node.second.gone = true;
    ++gone_;
    service->second.remove(node);
    if (service->second.first != nullptr)
        return;
    // Names seldom go for good, and then many of them at once.
    standing_.remove_if([&](const Standing& s) { return s.glob.matches(service->first); });
    services_.erase(services_.find(service->first));
}

void Directory::revive(Node& node) {
    node.second.alive = true;
    ++alive_;
    check_later(node);
    changed_(node.second.service->first);
}

/// A renewal does not move it; it is put there anew when its time has come.
void Directory::check_later(Node& node) {
    // 32 bits are 8 years of these grains, from the start of the clock.
    constexpr std::int64_t last = INT32_MAX;
    const std::int64_t check = (node.second.heard + ttl_) / check_grain_ms + 1;
    node.second.check = static_cast<std::int32_t>(std::min(check, last));
    checks_[node.second.check].push_back(&node);
}

void Directory::die(Node& node) {
    Entry& entry = node.second;
    if (!entry.alive)
        return;
    entry.alive = false;
    --alive_;
    std::erase(checks_[entry.check], &node);
    changed_(entry.service->first);
}

bool Directory::alive(const Entry& entry, std::int64_t now) const noexcept {
    return !entry.gone && now - entry.heard <= ttl_;
}

void Directory::sweep(std::int64_t now) {
    while (!checks_.empty() && std::int64_t{checks_.begin()->first} * check_grain_ms <= now) {
        const auto due = std::move(checks_.extract(checks_.begin()).mapped());
        for (Node* node : due) {
            if (alive(node->second, now)) {
                check_later(*node);
                continue;
            }
            node->second.alive = false;
            --alive_;
            changed_(node->second.service->first);
        }
    }
}

bool Directory::expire(std::int64_t before_ms, std::size_t some) {
    std::vector<std::string> old;
    for (; some > 0 && expiry_bucket_ < entries_.bucket_count(); --some, ++expiry_bucket_)
        for (auto at = entries_.begin(expiry_bucket_); at != entries_.end(expiry_bucket_); ++at)
            if (!at->second.alive && at->second.last_seen_ms < before_ms)
                old.push_back(at->first);
    for (const std::string& address : old) {
        const auto at = entries_.find(address);
        if (!at->second.gone)
            leave(*at);
        --gone_;
        entries_.erase(at);
    }
    if (expiry_bucket_ < entries_.bucket_count())
        return false;
    expiry_bucket_ = 0;
    return true;
}

/// Calls for every service whose name matches, in order of names, until `visit` gives false.
template <class Visit> void Directory::visit(const Glob& glob, Visit visit) const {
    const std::string_view prefix = glob.prefix();
    // A name of small letters stands behind the same one with capitals, so the search begins
    // with the capitals.
    std::string first{prefix};
    std::ranges::transform(first, first.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
    });
    for (auto at = services_.lower_bound(first); at != services_.end(); ++at) {
        if (!glob.begins(at->first) || (glob.literal() && at->first.size() != prefix.size()))
            return;
        if (glob.matches(at->first) && !visit(at->second))
            return;
    }
}

const std::vector<Directory::Services::value_type*>& Directory::standing(const Glob& glob) {
    const auto at = std::ranges::find(standing_, glob.text(), &Standing::pattern);
    if (at != standing_.end()) {
        standing_.splice(standing_.begin(), standing_, at);
        return standing_.front().matches;
    }
    if (standing_.size() == most_standing)
        standing_.pop_back();
    standing_.push_front({.pattern = std::string{glob.text()}, .glob = glob, .matches = {}});
    for (auto& service : services_)
        if (glob.matches(service.first))
            standing_.front().matches.push_back(&service);
    return standing_.front().matches;
}

std::vector<Known> Directory::locate(const Glob& glob, std::int64_t now) {
    std::vector<Known> found;
    const auto take = [&](const Service& service) {
        for (const Node* node = service.first; node != nullptr; node = node->second.next)
            if (alive(node->second, now))
                found.push_back(known(*node, now));
        return true;
    };
    if (glob.prefix().empty())
        for (const auto* service : standing(glob))
            take(service->second);
    else
        visit(glob, take);
    std::ranges::sort(found, {}, &Known::id);
    return found;
}

std::vector<Known> Directory::list(const Glob& glob, std::int64_t now, std::size_t offset,
                                   std::size_t limit) const {
    std::vector<Known> found;
    visit(glob, [&](const Service& service) {
        for (const Node* node = service.first; node != nullptr; node = node->second.next) {
            if (offset > 0)
                --offset;
            else if (found.size() < limit)
                found.push_back(known(*node, now));
        }
        return found.size() < limit;
    });
    return found;
}

std::optional<Known> Directory::find(std::string_view address, std::int64_t now) const {
    const auto at = entries_.find(std::string{address});
    if (at == entries_.end() || at->second.gone)
        return std::nullopt;
    return known(*at, now);
}

Known Directory::known(const Node& node, std::int64_t now) const {
    const auto& [address, entry] = node;
    Known result{.id = entry.id,
                 .name = entry.service->first,
                 .address = address,
                 .first_seen_ms = entry.first_seen_ms,
                 .last_seen_ms = entry.last_seen_ms,
                 .alive = alive(entry, now)};
    if (entry.port == 0) {
        result.url = address;
    } else {
        result.port = entry.port;
        result.host = host_of(address);
    }
    return result;
}

} // namespace registry
