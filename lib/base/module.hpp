#pragma once

#include <string>
#include <string_view>

namespace base {

/// Loads a module, a shared library with one C symbol, and gives that symbol's address; null when
/// there is no such file, or it cannot be loaded. A module stays loaded until the process ends:
/// nothing is gained by unloading it.
void* load_module(const std::string& path, const char* symbol);

/// The same for `file`, which is looked for beside the running program: where it is installed, and
/// in `build_folder` (such as "lib/codec") of a build tree.
void* find_module(std::string_view file, std::string_view build_folder, const char* symbol);

} // namespace base
