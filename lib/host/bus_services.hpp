#pragma once

#include "host/host.hpp"
#include "redis/config.hpp"

#include <string>
#include <vector>

namespace host {

/// Whether a service may listen to this channel; directors and those who call have channels, too.
bool may_be_service(const std::string& channel);

/// What services say of themselves on the bus (WIRE.md 1.3): those that answer `__status` within
/// the deadline, of all that listen to a name that a service may have; by name. `limit` also bounds
/// the time that one that is silent costs. Throws the errors of redis.
std::vector<Service> services_on_bus(const redis::Config& bus, const Wait& limit);

/// The same for one; `answers` is false where it does not.
Service service_on_bus(const redis::Config& bus, const std::string& name, const Wait& limit);

} // namespace host
