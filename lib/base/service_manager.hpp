#pragma once

#include <chrono>
#include <string_view>

namespace base {

/// Tells the service manager that started us about our state, "READY=1", "STOPPING=1" or
/// "WATCHDOG=1"
/// (sd_notify(3), by the socket that NOTIFY_SOCKET names). Without one it does nothing; what goes
/// wrong is not worth failing for.
void tell_service_manager(std::string_view state) noexcept;

/// How often it wants to hear "WATCHDOG=1", with a margin of half of the time; zero: never.
std::chrono::milliseconds watchdog_interval() noexcept;

} // namespace base
