#pragma once

#include "base/error.hpp"
#include "base/unique_fd.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace base {

/// A pipe whose ends no program that is started inherits by itself.
struct Pipe {
    UniqueFd read;
    UniqueFd write;

    /// Throws Error(cannot_run): pipes are made to start programs.
    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0)
            throw Error(ErrorKind::cannot_run, "cannot make a pipe", errno_text(errno));
        read.reset(ends[0]);
        write.reset(ends[1]);
    }
};

} // namespace base
