#pragma once

#include "docker/container.hpp"
#include "runtime/runtime.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace runtime {

// What the labels of a service's container are called. The first two are of the original
// (WIRE.md 1.5).
inline constexpr std::string_view band_label = "inband=inband";
inline constexpr std::string_view ports_label = "ports";
inline constexpr std::string_view run_label = "band.run";
inline constexpr std::string_view service_label = "band.service";

/// Whether a service's or a candidate's; others are none of our business.
bool is_ours(const docker::Container& container) noexcept;

/// The service that the container is one of. One without the label, from the original, is called as
/// its service; so is one whose label can be no service's name: paths are made of those.
std::string service_of(const docker::Container& container);

/// A container that has its service's name is the service; with any other it is a candidate.
Instance instance_from(const docker::Container& row, std::int64_t now_ms);
Instance instance_from(const docker::ContainerDetail& detail);

/// The Engine's inspection of a container with the values of secret variables and labels
/// masked.
std::string masked(std::string_view inspection);

} // namespace runtime
