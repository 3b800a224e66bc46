#pragma once

#include <string_view>

namespace runtime {

/// Tells whether a service may be called so: [a-z0-9][a-z0-9_.-]{0,62}. Such a name is safe in
/// paths, channels, container and session names.
bool is_service_name(std::string_view name) noexcept;

/// Throws Error(usage) that says which names are good.
void require_service_name(std::string_view name);

} // namespace runtime
