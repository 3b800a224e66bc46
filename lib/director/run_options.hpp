#pragma once

#include "director/arguments.hpp"
#include "host/host.hpp"

#include <string>
#include <string_view>

namespace director {

/// How a service is to be run, by the arguments `runtime`, `env` (an object, or text K=V separated
/// by commas or newlines), `nocache`, `pull`, `image`, `until` (started, registered, answers) and
/// `memory` (bytes). Nothing else can be asked for: no binds, no privileges, no network of the host
/// (RELIABILITY.md T7). Throws Error(usage) for other values, and for variables that would change
/// how the program is loaded or who it takes itself for.
/// `defaults` says all else.
host::RunRequest run_request_of(std::string_view service, const Arguments& arguments,
                                const runtime::ServiceSpec& defaults);

/// The same from what has been kept of an earlier run, a JSON object.
host::RunRequest run_request_of(std::string_view service, std::string_view configuration,
                                const runtime::ServiceSpec& defaults);

/// What is kept of a request, a JSON object, so that the service can be run in the same way, by the
/// runtime that it turned out to be.
std::string settings_of(const host::RunRequest& request, std::string_view runtime);

} // namespace director
