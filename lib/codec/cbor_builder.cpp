#include "codec/cbor_builder.hpp"

#include <algorithm>
#include <cstring>

namespace codec {

namespace {

/// Cheap, not resistant to chosen keys: whoever uses it must stay fast when all hashes are equal.
std::uint64_t hash_of(std::string_view key) noexcept {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    if (key.size() >= 8) {
        std::memcpy(&head, key.data(), 8);
        std::memcpy(&tail, key.data() + key.size() - 8, 8);
    } else {
        for (const char c : key)
            head = head << 8 | static_cast<unsigned char>(c);
    }
    return (head * 0x9e3779b97f4a7c15u ^ tail) + key.size();
}

} // namespace

void CborBuilder::begin(CborMajor major) {
    item();
    open_.push_back({out_.size(), 0, members_.size()});
    writer_.head(major, 0);
}

void CborBuilder::end(CborMajor major) {
    const Open& done = open_.back();
    if (done.count < 24) {
        out_[done.start] = static_cast<char>(static_cast<std::uint8_t>(major) | done.count);
    } else {
        std::string head;
        CborWriter(head).head(major, done.count);
        out_.replace(done.start, 1, head);
    }
    open_.pop_back();
}

void CborBuilder::text(std::string_view raw, bool escaped) {
    if (escaped) {
        unescaped_.clear();
        append_unescaped(unescaped_, raw);
        raw = unescaped_;
    }
    writer_.text(raw);
}

void CborBuilder::key(std::string_view raw, bool escaped) {
    const auto start = out_.size();
    text(raw, escaped);
    const std::string_view encoded(out_.data() + start, out_.size() - start);
    members_.push_back({hash_of(encoded), start, out_.size()});
}

void CborBuilder::end_object() {
    Open& object = open_.back();
    if (has_duplicates(object.first_member))
        drop_overridden(object);
    members_.resize(object.first_member);
    end(CborMajor::map);
}

std::string_view CborBuilder::key_of(const Member& member) const {
    return std::string_view(out_).substr(member.key, member.value - member.key);
}

bool CborBuilder::has_duplicates(std::size_t first) const {
    constexpr std::size_t few = 24;
    if (members_.size() - first > few) {
        const auto dropped = overridden(first);
        return std::find(dropped.begin(), dropped.end(), true) != dropped.end();
    }
    for (auto i = first; i < members_.size(); ++i) {
        for (auto j = first; j < i; ++j) {
            if (members_[i].hash == members_[j].hash && key_of(members_[i]) == key_of(members_[j]))
                return true;
        }
    }
    return false;
}

std::vector<bool> CborBuilder::overridden(std::size_t first) const {
    std::vector<std::size_t> order(members_.size() - first);
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    const auto at = [&](std::size_t i) -> const Member& { return members_[first + i]; };
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (at(a).hash != at(b).hash)
            return at(a).hash < at(b).hash;
        const int compared = key_of(at(a)).compare(key_of(at(b)));
        return compared != 0 ? compared < 0 : a < b;
    });
    std::vector<bool> dropped(order.size());
    for (std::size_t i = 0; i + 1 < order.size(); ++i) {
        const Member& member = at(order[i]);
        const Member& later = at(order[i + 1]);
        dropped[order[i]] = member.hash == later.hash && key_of(member) == key_of(later);
    }
    return dropped;
}

/// Moves the members that stay together. Nested containers are finished, so nothing points there.
void CborBuilder::drop_overridden(Open& object) {
    const auto dropped = overridden(object.first_member);
    auto to = members_[object.first_member].key;
    for (std::size_t i = 0; i < dropped.size(); ++i) {
        const auto index = object.first_member + i;
        const auto from = members_[index].key;
        const auto end = index + 1 < members_.size() ? members_[index + 1].key : out_.size();
        if (dropped[i]) {
            --object.count;
            continue;
        }
        std::memmove(out_.data() + to, out_.data() + from, end - from);
        to += end - from;
    }
    out_.resize(to);
}

} // namespace codec
