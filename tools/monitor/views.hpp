#pragma once

#include "cli/invocation.hpp"
#include "tools/follow_session.hpp"

#include <memory>

namespace monitor {

/// A person's view, envelopes, bodies or names, as `format` says; json and ndjson are the same
/// here, one object a line. `in` outlives it.
std::unique_ptr<tools::FollowView> make_view(cli::Invocation& in, cli::Format format);

} // namespace monitor
