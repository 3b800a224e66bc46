#pragma once

#include "base/line_splitter.hpp"
#include "base/unique_fd.hpp"
#include "loop/fd_watch.hpp"

namespace loop {
class EventLoop;
}
namespace runtime {
class ServiceLog;
}

namespace supervise {

/// Takes what a program prints on one of its streams to the log, and to the terminal as it came.
class Stream {
public:
    /// `terminal` is a non-blocking descriptor, or -1: nobody looking must not stop the service.
    Stream(loop::EventLoop& loop, runtime::ServiceLog& log, int terminal, bool err);

    void open(base::UniqueFd fd);
    /// Reads what is still there, and closes it.
    void finish();

private:
    void read_some();
    [[nodiscard]] bool read_chunk();

    int terminal_;
    base::UniqueFd fd_;
    loop::FdWatch watch_;
    base::LineSplitter lines_;
};

} // namespace supervise
