#pragma once

#include "director/registrations.hpp"

#include <string>

namespace director {

/// What the channel `kernel` is told after each change: the methods of all services, byte for byte
/// as the original says it (WIRE.md 1.3).
std::string kernel_notification(const Registrations::Map& services);

/// The methods of all services as `front` is given them: {"register":[{"service":…,"method":…,
/// "role":…,"options":{…}}],"state_hash":…}. The hash is the same for the same list.
std::string front_params(const Registrations::Map& services);

/// The list in it.
std::string register_of(const Registrations::Map& services);

} // namespace director
