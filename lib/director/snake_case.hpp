#pragma once

#include <string>
#include <string_view>

namespace director {

/// "HostConfig" as "host_config", "IPAddress" as "ip_address", "8080/tcp" and "PATH" as they are.
std::string snake_case(std::string_view name);

/// A valid JSON text with all of its keys spelled in this way.
std::string with_snake_case_keys(std::string_view json);

} // namespace director
