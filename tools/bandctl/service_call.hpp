#pragma once

#include "cli/invocation.hpp"
#include "rpc/call_once.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace bandctl {

/// How long a service may take where --timeout does not say.
inline constexpr std::chrono::seconds call_patience{10};

/// The options of commands that call a method.
std::span<const cli::OptionGroup> call_options() noexcept;

/// The call that SERVICE METHOD [ARGUMENT...] and --params stand for. Throws Error(usage | data |
/// no_input).
rpc::Call call_of(cli::Invocation& in);

/// Calls the method and tells how that ended, over a director where one is named.
/// Throws for what keeps it from being called; the signal that ended the wait is told.
rpc::Result try_call(cli::Invocation& in, const rpc::Call& call);

/// The same where anything but a result is an error: the result as JSON text. Throws rpc::Refused,
/// Error(unavailable | timeout).
std::string call_service(cli::Invocation& in, const rpc::Call& call);

/// Sends a notification; throws Error(unavailable) when nobody listens.
void notify_service(cli::Invocation& in, const rpc::Call& call);

/// Completes SERVICE, then METHOD, by what answers now.
std::vector<cli::Candidate> complete_call(cli::Invocation& before, std::string_view word);

} // namespace bandctl
