#pragma once

#include "base/unique_fd.hpp"
#include "runtime/run_folder.hpp"

#include <cstdint>
#include <string>
#include <sys/types.h>

namespace supervise {

/// A program that has been started, with pipes for what it prints; its standard input is the
/// terminal, in whose foreground its process group is.
struct Program {
    pid_t pid = -1;
    base::UniqueFd out; // non-blocking
    base::UniqueFd err;
};

/// Throws base::Error when it cannot be started.
Program start(const runtime::LaunchRecord& record, const std::string& service,
              const std::string& run_id, std::uint16_t port);

} // namespace supervise
