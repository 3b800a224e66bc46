#include "tools/supervise/stream.hpp"

#include "runtime/service_log.hpp"

#include <array>
#include <unistd.h>
#include <utility>

namespace supervise {

Stream::Stream(loop::EventLoop& loop, runtime::ServiceLog& log, int terminal, bool err)
    : terminal_(terminal), watch_(loop, [this] { read_some(); }),
      lines_(runtime::longest_log_line,
             [&log, err](std::string_view line, bool) { log.add(line, err); }) {}

void Stream::open(base::UniqueFd fd) {
    fd_ = std::move(fd);
    watch_.watch(fd_.get(), true, false);
}

bool Stream::read_chunk() {
    std::array<char, 16384> chunk;
    const auto size = ::read(fd_.get(), chunk.data(), chunk.size());
    if (size <= 0)
        return size < 0;
    const std::string_view bytes{chunk.data(), static_cast<std::size_t>(size)};
    lines_.feed(bytes);
    if (terminal_ >= 0) [[maybe_unused]]
        const auto shown = ::write(terminal_, bytes.data(), bytes.size());
    return true;
}

void Stream::read_some() {
    if (read_chunk())
        return;
    watch_.cancel();
    fd_.reset();
    lines_.finish();
}

void Stream::finish() {
    if (!fd_)
        return;
    watch_.cancel();
    // Whoever has it open still and prints without end is no process of ours.
    for (int turns = 0; turns < 64; ++turns) {
        std::array<char, 16384> chunk;
        const auto size = ::read(fd_.get(), chunk.data(), chunk.size());
        if (size <= 0)
            break;
        lines_.feed({chunk.data(), static_cast<std::size_t>(size)});
    }
    fd_.reset();
    lines_.finish();
}

} // namespace supervise
