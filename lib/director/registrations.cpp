#include "director/registrations.hpp"

#include <algorithm>

namespace director {

namespace {

// Anybody who can publish can announce names.
constexpr std::size_t most_names = 1000;

bool same_methods(const rpc::Status& a, const rpc::Status& b) {
    return std::ranges::equal(a.methods, b.methods, [](const auto& x, const auto& y) {
        return x.name == y.name && x.role == y.role && x.options == y.options;
    });
}

const rpc::Status nothing_said;

} // namespace

const rpc::Status& Registration::status() const noexcept {
    return first ? *first : second ? *second : nothing_said;
}

const rpc::Status& Registration::registered() const noexcept {
    return second ? *second : status();
}

std::string_view director_name(Generation generation) noexcept {
    return generation == Generation::first ? "band" : "director";
}

Registration* Registrations::take_up(std::string_view name, Generation generation,
                                     std::int64_t now_ms) {
    if (const auto at = all_.find(name); at != all_.end())
        return &at->second;
    if (all_.size() == most_names)
        return nullptr;
    Registration& taken = all_[std::string(name)];
    taken.generation = generation;
    taken.since_ms = now_ms;
    return &taken;
}

bool Registrations::announced(std::string_view name, Generation generation, Time now,
                              std::int64_t now_ms) {
    const bool known = find(name) != nullptr;
    Registration* const it = take_up(name, generation, now_ms);
    if (it == nullptr)
        return false;
    it->heard = now;
    return !known;
}

bool Registrations::reported(std::string_view name, Generation generation, rpc::Status status,
                             Time now, std::int64_t now_ms) {
    Registration* const it = take_up(name, generation, now_ms);
    if (it == nullptr)
        return false;
    auto& said = generation == Generation::first ? it->first : it->second;
    const bool changed = !said || !same_methods(*said, status);
    it->heard = now;
    it->answers = true;
    said = std::move(status);
    return changed;
}

void Registrations::heard(std::string_view name, Time now) {
    if (const auto at = all_.find(name); at != all_.end())
        at->second.heard = now;
}

void Registrations::silent(std::string_view name) {
    if (const auto at = all_.find(name); at != all_.end())
        at->second.answers = false;
}

bool Registrations::forget(std::string_view name) {
    const auto at = all_.find(name);
    if (at == all_.end())
        return false;
    all_.erase(at);
    return true;
}

bool Registrations::expire(Time now) {
    return std::erase_if(
               all_, [&](const auto& entry) { return now - entry.second.heard > patience_; }) != 0;
}

void Registrations::renew(Time now) {
    for (auto& [name, registration] : all_)
        registration.heard = now;
}

const Registration* Registrations::find(std::string_view name) const noexcept {
    const auto at = all_.find(name);
    return at == all_.end() ? nullptr : &at->second;
}

} // namespace director
