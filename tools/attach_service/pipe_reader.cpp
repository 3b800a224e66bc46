#include "tools/attach_service/pipe_reader.hpp"

#include <array>
#include <cerrno>
#include <unistd.h>
#include <utility>

namespace attach_service {

PipeReader::PipeReader(loop::EventLoop& loop, base::UniqueFd fd, OnBytes on_bytes, OnEnd on_end)
    : on_bytes_(std::move(on_bytes)), on_end_(std::move(on_end)), fd_(std::move(fd)),
      watch_(loop, [this] { read_some(); }) {
    watch_.watch(fd_.get(), true, false);
}

void PipeReader::drain() {
    while (read_some()) {
    }
}

/// False when nothing is there now, or ever.
bool PipeReader::read_some() {
    if (ended_)
        return false;
    std::array<char, 65536> chunk; // as much as a pipe holds
    const ssize_t count = ::read(fd_.get(), chunk.data(), chunk.size());
    if (count > 0) {
        on_bytes_({chunk.data(), static_cast<std::size_t>(count)});
        return true;
    }
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return errno == EINTR;
    ended_ = true;
    watch_.cancel();
    on_end_();
    return false;
}

} // namespace attach_service
