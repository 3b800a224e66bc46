#include "registry/incidents.hpp"

#include <algorithm>
#include <utility>

namespace registry {

namespace {

constexpr std::size_t most_kept = 100;
constexpr std::array<std::string_view, Incident::kinds> names{"renamed", "refused", "not_allowed",
                                                              "limited"};

} // namespace

std::string_view name_of(Incident::Kind kind) noexcept {
    return names[static_cast<std::size_t>(kind)];
}

bool Incident::same_as(const Incident& other) const {
    return kind == other.kind && peer == other.peer && address == other.address &&
           name == other.name && before == other.before;
}

std::string Incident::text() const {
    const std::string place = peer + ": the place " + address;
    switch (kind) {
    case Kind::renamed:
        return place + " of \"" + before + "\", which is alive, is now that of \"" + name + "\"";
    case Kind::refused:
        return place + " stays that of \"" + before + "\", and was not given to \"" + name + "\"";
    case Kind::not_allowed:
        return place + " is not one that \"" + name + "\" may register";
    case Kind::limited:
        break;
    }
    return peer + ": too many changes from this address";
}

void Incidents::note(Incident incident, base::SteadyClock::time_point now) {
    ++counts_[static_cast<std::size_t>(incident.kind)];
    incident.last_ms = base::unix_ms();
    const auto known = std::ranges::find_if(
        recent_, [&](const Incident& other) { return incident.same_as(other); });
    if (known != recent_.end()) {
        incident.times += known->times;
        recent_.erase(known);
    } else {
        tell(incident, now);
    }
    recent_.push_front(std::move(incident));
    if (recent_.size() > most_kept)
        recent_.pop_back();
}

void Incidents::tell(const Incident& incident, base::SteadyClock::time_point now) {
    if (!lines_.allow("lines", 1, now)) {
        ++untold_;
        return;
    }
    const std::uint64_t untold = std::exchange(untold_, 0);
    tell_(incident.text() +
          (untold == 0 ? "" : "; " + std::to_string(untold) + " others were not told"));
}

} // namespace registry
