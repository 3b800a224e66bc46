#pragma once

#include "cli/table.hpp"
#include "host/host.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace bandctl {

/// A service as a row: name, runtime, state, uptime, ports, methods, image.
inline constexpr cli::Column service_columns[] = {{"NAME"},
                                                  {"RUNTIME"},
                                                  {"STATE", cli::Align::left, true},
                                                  {"UPTIME", cli::Align::right},
                                                  {"PORTS", cli::Align::left, true},
                                                  {"METHODS", cli::Align::left, true},
                                                  {"IMAGE", cli::Align::left, true}};

std::array<std::string, 7> service_cells(const host::Service& service, std::int64_t now_ms);

/// The same, and more, as one JSON object.
std::string service_json(const host::Service& service, std::int64_t now_ms);

} // namespace bandctl
