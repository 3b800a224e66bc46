#include "registry/method.hpp"

#include <algorithm>
#include <array>

namespace registry {

namespace {

constexpr std::array<std::string_view, 4> place_parameters{"name", "host", "port", "url"};
constexpr std::array<std::string_view, 1> locate_parameters{"name"};
constexpr std::array<std::string_view, 3> list_parameters{"name", "offset", "limit"};
constexpr std::array<std::string_view, 3> watch_parameters{"name", "version", "timeout"};

using Kind = Method::Kind;
constexpr std::array<Method, 8> table{{
    {"ping", Kind::write, place_parameters,
     "Registers a service, or renews it: name, host and port, or name and url"},
    {"locate_service", Kind::read, locate_parameters,
     "Where the services are whose name matches, of those that live"},
    {"get_service_specs", Kind::read, {}, "Who this is and which methods there are"},
    {"deregister", Kind::write, place_parameters,
     "Forgets a service: name, host and port, or name and url"},
    {"list_services", Kind::read, list_parameters,
     "All services whose name matches, with the times of their pings"},
    {"list_incidents", Kind::read, {}, "The latest changes that somebody should look at"},
    {"stats", Kind::read, {}, "Figures of this registry"},
    {"watch", Kind::wait, watch_parameters,
     "Waits until the answer of locate_service is not that of this version"},
}};

} // namespace

std::span<const Method> methods() noexcept {
    return table;
}

const Method* find_method(std::string_view name) noexcept {
    const auto found = std::ranges::find(table, name, &Method::name);
    return found == table.end() ? nullptr : &*found;
}

} // namespace registry
