#include "bus/over_redis/keys.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"

#include <algorithm>
#include <cctype>

namespace bus::over_redis {

using message::Kind;

namespace {

/// Results live among the commands.
std::string_view kind_key(Kind kind) {
    switch (kind) {
    case Kind::event:
        return "events";
    case Kind::configuration:
        return "configurations";
    case Kind::log:
        return "logs";
    default:
        return "commands";
    }
}

std::string tagged(std::string_view topic) {
    return "{" + std::string(topic) + "}";
}

} // namespace

Keys::Keys(std::string prefix) : prefix_(std::move(prefix)) {
    if (!prefix_.empty() && std::isalnum(static_cast<unsigned char>(prefix_.back())) != 0)
        prefix_ += ':';
}

std::string Keys::stream(Kind kind, std::string_view topic) const {
    return prefix_ + std::string(kind_key(kind)) + ":" + tagged(topic);
}

std::string Keys::dead(std::string_view service) const {
    return prefix_ + "dead:" + tagged(service);
}

std::string Keys::mark(std::string_view topic, std::string_view publisher) const {
    return prefix_ + "mark:" + tagged(topic) + ":" + std::string(publisher);
}

std::string Keys::alive(std::string_view service, std::string_view consumer) const {
    return prefix_ + "alive:" + tagged(service) + ":" + std::string(consumer);
}

std::string Keys::index(Kind kind) const {
    return prefix_ + "index:" + std::string(kind_key(kind));
}

std::string_view topic_of(Kind kind, std::string_view routing_key) noexcept {
    if (kind == Kind::event || kind == Kind::configuration)
        return routing_key;
    const auto dot = routing_key.rfind('.');
    return dot == std::string_view::npos ? routing_key : routing_key.substr(0, dot);
}

void check_routing_key(std::string_view routing_key) {
    const auto refuse = [&](std::string why) {
        throw base::Error(base::ErrorKind::data, "name " + base::quoted(routing_key),
                          std::move(why));
    };
    if (routing_key.empty())
        refuse("is empty");
    if (routing_key.size() > 255)
        refuse("is longer than 255 bytes, which no bus carries");
    if (std::ranges::any_of(routing_key, [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
        refuse("contains a control character");
    if (routing_key.find_first_of("{}") != std::string_view::npos)
        refuse("contains a brace, which is kept for the names of Redis keys");
}

} // namespace bus::over_redis
