#pragma once

#include "base/clock.hpp"
#include "redis/config.hpp"
#include "rpc/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rpc {

struct Call {
    std::string service;
    std::string method;
    std::string params = {}; // JSON text, an object or an array; empty: no arguments
};

struct CallOptions {
    /// Who asks; the answers come to a channel of this name. Empty: a random one, as a rule right.
    std::string from = {};
    /// Of the whole, connecting included.
    base::Deadline deadline = base::Deadline::never();
    int stop_fd = -1; // ends the wait with Error(interrupted) once it is readable
};

/// Calls one method and waits for its answer: the result as JSON text. The first answer with the
/// call's random id counts; whatever else comes to the channel is ignored. Throws Refused for an
/// error answer, Error(unavailable) at once when nobody listens to that name, Error(timeout),
/// Error(interrupted), Error(usage) for names that cannot be addressed, and the errors of redis.
std::string call_once(const redis::Config& config, const Call& call, const CallOptions& options);

/// The same for many calls at the same time over one connection: their results in the same order.
/// A deadline that passes is a result as well.
std::vector<Result> call_all(const redis::Config& config, std::span<const Call> calls,
                             const CallOptions& options);

/// Calls a method of all instances of a service, and waits for as many answers as there are
/// listeners, at most until the deadline.
std::vector<Result> ask_instances(const redis::Config& config, const Call& call,
                                  const CallOptions& options);

/// Asks everybody who listens to the name `broadcast`, in the same way.
std::vector<Result> ask_everybody(const redis::Config& config, std::string_view method,
                                  std::string_view params, const CallOptions& options);

/// Sends a notification; gives how many were listening.
std::int64_t notify_once(const redis::Config& config, const Call& call, const CallOptions& options);

} // namespace rpc
