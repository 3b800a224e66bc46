#pragma once

#include "docker/container.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace docker {

// Formats: Engine API 1.41, ContainerList, ContainerInspect, ContainerCreate, ContainerStats.

std::vector<Container> containers_from(std::string_view json);
ContainerDetail detail_from(std::string json);
std::string json_from(const ContainerSpec& spec);
/// Nothing for a container that does not run: its sample is empty.
std::optional<Usage> usage_from(std::string_view json);

} // namespace docker
