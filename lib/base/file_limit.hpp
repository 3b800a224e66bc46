#pragma once

#include <cstddef>

namespace base {

/// Raises this process's soft limit of open files to the hard one; a daemon does so at its start.
/// Gives the limit that holds now.
std::size_t raise_file_limit() noexcept;

/// How many files this process may have open.
std::size_t file_limit() noexcept;

} // namespace base
