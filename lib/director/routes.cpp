#include "director/routes.hpp"

#include "base/error.hpp"
#include "base/percent.hpp"
#include "base/printable.hpp"
#include "runtime/service_name.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace director {

using base::Error;
using base::ErrorKind;

namespace {

constexpr bool reads = false;
constexpr bool changes = true;
constexpr auto wrapped = Envelope::wrapped;
constexpr auto bare = Envelope::bare;
constexpr bool http_only = false;

// In the order of the manual page. WIRE.md 1.5 has those of the first generation, 1.6 of the
// second; only the second one knows those that are bare.
constexpr std::array table{
    Route{"list", 0, Action::list, reads},
    Route{"ls", 0, Action::ls, reads},
    Route{"show", 1, Action::show, reads},
    Route{"status", 1, Action::status, reads},
    Route{"call", 2, Action::call, changes},
    Route{"notify", 2, Action::notify, changes},
    Route{"run", 1, Action::run, changes},
    Route{"build", 1, Action::build, changes},
    Route{"restart", 1, Action::restart, changes},
    Route{"stop", 1, Action::stop, changes},
    Route{"start", 1, Action::start, changes},
    Route{"rm", 1, Action::remove, changes},
    Route{"prune", 0, Action::prune, changes},
    Route{"__iamalive", 0, Action::announce, changes},
    Route{"state", 0, Action::state, reads, bare},
    Route{"registrations", 0, Action::registrations, reads, bare},
    Route{"ask_state", 1, Action::status, reads, bare},
    Route{"list_images", 0, Action::images, reads, bare},
    Route{"usage", 0, Action::usage, reads},
    Route{"logs", 1, Action::logs, reads, wrapped, http_only},
    Route{"events", 0, Action::events, reads, wrapped, http_only},
    Route{"overview", 0, Action::overview, reads},
    Route{"metrics", 0, Action::metrics, reads, wrapped, http_only},
    Route{"healthz", 0, Action::health, reads, wrapped, http_only},
    Route{"", 0, Action::page, reads, wrapped, http_only},
    Route{"palette.css", 0, Action::page, reads, wrapped, http_only},
    Route{"style.css", 0, Action::page, reads, wrapped, http_only},
    Route{"app.js", 0, Action::page, reads, wrapped, http_only},
    Route{"icon.svg", 0, Action::page, reads, wrapped, http_only},
};

constexpr std::size_t longest_method = 128;

/// The parts of "/a/b", percent-encoding taken off.
std::vector<std::string> parts_of(std::string_view path) {
    std::vector<std::string> parts;
    while (path.starts_with('/')) {
        path.remove_prefix(1);
        const auto end = path.find('/');
        auto part = base::percent_decoded(path.substr(0, end));
        if (!part)
            throw Error(ErrorKind::usage, "the path", "a bad percent-encoding");
        parts.push_back(*std::move(part));
        path = end == std::string_view::npos ? std::string_view{} : path.substr(end);
    }
    return parts;
}

} // namespace

std::span<const Route> routes() noexcept {
    return table;
}

const Route* find_route(std::string_view name) noexcept {
    const auto* const row = std::ranges::find(table, name, &Route::name);
    return row == table.end() ? nullptr : row;
}

std::optional<Target> parse_path(std::string_view path) {
    std::vector<std::string> parts = parts_of(path);
    Target target;
    if (!parts.empty() && (parts[0] == "v1" || parts[0] == "v2")) {
        target.envelope = parts[0] == "v1" ? wrapped : bare;
        parts.erase(parts.begin());
    }
    if (parts.empty())
        return std::nullopt;
    target.route = find_route(parts[0]);
    if (target.route == nullptr || parts.size() != 1u + target.route->parts)
        return std::nullopt;
    if (target.route->parts > 0) {
        runtime::require_service_name(parts[1]);
        target.service = std::move(parts[1]);
    }
    if (target.route->parts > 1) {
        check_method_name(parts[2]);
        target.method = std::move(parts[2]);
    }
    return target;
}

void check_method_name(std::string_view name) {
    const bool fits =
        !name.empty() && name.size() <= longest_method && std::ranges::all_of(name, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '_' || c == '.' || c == '-';
        });
    if (!fits)
        throw Error(ErrorKind::usage, "method " + base::quoted(name),
                    "no name of a method: up to 128 letters, digits, \"_\", \".\" and \"-\"");
}

} // namespace director
