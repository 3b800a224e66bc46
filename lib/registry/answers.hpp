#pragma once

#include "registry/incidents.hpp"
#include "registry/method.hpp"
#include "registry/registry.hpp"

#include <deque>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

/// What the methods answer, as JSON.
namespace registry {

[[nodiscard]] Outcome invalid_params(std::string_view why);

/// The answer for a change that was not stored.
[[nodiscard]] Outcome failure_of(const std::exception_ptr& error);

/// locate_service: {"host": …, "port": …}, or the URL by itself, as clients of either kind expect
/// it.
[[nodiscard]] std::string places(const std::vector<Known>& found);

/// list_services: all that is known of each.
[[nodiscard]] std::string listed(const std::vector<Known>& found);

/// list_incidents.
[[nodiscard]] std::string listed(const std::deque<Incident>& incidents);

[[nodiscard]] std::string figures(const Stats& stats, std::size_t watches);

} // namespace registry
