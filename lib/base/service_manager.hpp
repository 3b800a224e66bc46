#pragma once

#include <string_view>

namespace base {

/// Tells the service manager that started us about our state, "READY=1" or "STOPPING=1"
/// (sd_notify(3), by the socket that NOTIFY_SOCKET names). Without one it does nothing; what goes
/// wrong is not worth failing for.
void tell_service_manager(std::string_view state) noexcept;

} // namespace base
