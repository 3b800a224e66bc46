#pragma once

#include "cli/invocation.hpp"
#include "tools/follow_session.hpp"

#include <memory>

namespace logger {

/// Lines for people (`full`: with the full message below), GELF objects, or the raw form of
/// eventail, as `format` says. `in` outlives it.
std::unique_ptr<tools::FollowView> make_view(cli::Invocation& in, cli::Format format, bool full);

} // namespace logger
