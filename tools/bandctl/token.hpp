#pragma once

#include "cli/invocation.hpp"

#include <string>

namespace bandctl {

/// What the director and the registry ask for: --token-file or BAND_TOKEN; empty without. Throws
/// base::Error(no_input).
std::string token_of(const cli::Invocation& in);

} // namespace bandctl
