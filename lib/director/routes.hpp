#pragma once

#include "director/envelope.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace director {

/// What is asked for.
enum class Action : std::uint8_t {
    list,
    ls,
    show,
    status,
    call,
    notify,
    run,
    build,
    start,
    stop,
    restart,
    remove,
    prune,
    announce,
    state,
    registrations,
    images,
    usage,
    logs,
    events,
    overview,
    metrics,
    health,
    page,
};

/// One path of the HTTP API. Those with an answer in JSON are methods on the bus as well.
struct Route {
    std::string_view name; // the path's first part, and the method
    std::uint8_t parts;    // which follow: a service, and a method of it
    Action action;
    bool changes; // something: from a browser only for our own page, and with a token that may
    Envelope envelope = Envelope::wrapped; // for those who do not say which they want
    bool on_bus = true;
};

std::span<const Route> routes() noexcept;

/// Null if there is none of that name.
const Route* find_route(std::string_view name) noexcept;

/// A path, taken apart.
struct Target {
    const Route* route = nullptr;
    std::optional<Envelope> envelope; // /v1/… and /v2/… say it
    std::string service;
    std::string method;
};

/// Nothing: there is no such path. Throws Error(usage) for names that cannot be one.
std::optional<Target> parse_path(std::string_view path);

/// What can stand between the colons of an address on the bus: 1 to 128 letters, digits, "_", "-"
/// and "."; throws Error(usage).
void check_method_name(std::string_view name);

} // namespace director
