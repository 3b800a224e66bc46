#pragma once

#include "docker/container.hpp"
#include "docker/image.hpp"
#include "runtime/runtime.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace runtime {

/// The container that a service runs in, on these host ports, one for each port that the image
/// exposes (WIRE.md 1.5, and less power than the Engine would give: RELIABILITY.md T7). Throws
/// Error(usage) for variables and networks that no service may have.
docker::ContainerSpec container_for(const ServiceSpec& spec, const docker::ImageDetail& image,
                                    std::string_view image_name, std::string_view run_id,
                                    std::span<const std::uint16_t> host_ports);

} // namespace runtime
