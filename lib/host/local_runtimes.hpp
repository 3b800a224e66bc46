#pragma once

#include "runtime/runtime.hpp"

#include <memory>
#include <vector>

namespace host {

/// The runtimes of this machine as the environment says, in the order of preference. Nothing is
/// connected yet. Throws base::Error for variables that are wrong.
std::vector<std::unique_ptr<runtime::Runtime>> local_runtimes();

} // namespace host
