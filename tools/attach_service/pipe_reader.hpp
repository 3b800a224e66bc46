#pragma once

#include "base/unique_fd.hpp"
#include "loop/fd_watch.hpp"

#include <functional>
#include <string_view>

namespace attach_service {

/// Reads what a program writes, as it comes.
class PipeReader {
public:
    using OnBytes = std::function<void(std::string_view bytes)>;
    using OnEnd = std::function<void()>;

    /// Takes over `fd`. Both are called from the loop or from drain(); `on_end` once, when the
    /// last writer has gone.
    PipeReader(loop::EventLoop& loop, base::UniqueFd fd, OnBytes on_bytes, OnEnd on_end);

    /// Reads what is there now. For a program that has ended: another process may hold the pipe
    /// open for ever.
    void drain();

private:
    bool read_some();

    OnBytes on_bytes_;
    OnEnd on_end_;
    base::UniqueFd fd_;
    loop::FdWatch watch_;
    bool ended_ = false;
};

} // namespace attach_service
