#pragma once

#include "base/unique_fd.hpp"
#include "loop/fd_watch.hpp"

#include <functional>
#include <string>

namespace attach_service {

/// Writes into a pipe as fast as its reader takes it, and never waits for it.
class PipeWriter {
public:
    /// Takes over `fd`. `on_broken` is called, from flush() or from the loop, when the reader has
    /// closed its end; what was not written is dropped.
    PipeWriter(loop::EventLoop& loop, base::UniqueFd fd, std::function<void()> on_broken);

    /// Append here what is to be written, then call flush().
    std::string& buffer() noexcept { return buffer_; }
    void flush();

    void close() noexcept;
    /// Closes once all is written.
    void finish();

private:
    void write_some();

    std::function<void()> on_broken_;
    base::UniqueFd fd_;
    loop::FdWatch watch_;
    std::string buffer_;
    std::size_t written_ = 0; // bytes at the buffer's start that have gone
    bool blocked_ = false;
    bool finishing_ = false;
};

} // namespace attach_service
