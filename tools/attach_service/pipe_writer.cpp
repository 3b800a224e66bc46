#include "tools/attach_service/pipe_writer.hpp"

#include <cerrno>
#include <unistd.h>
#include <utility>

namespace attach_service {

namespace {

constexpr std::size_t kept_capacity = 256UL * 1024; // a large message does not stay in memory

} // namespace

PipeWriter::PipeWriter(loop::EventLoop& loop, base::UniqueFd fd, std::function<void()> on_broken)
    : on_broken_(std::move(on_broken)), fd_(std::move(fd)),
      watch_(
          loop, [] {}, [this] { write_some(); }) {}

void PipeWriter::flush() {
    if (!blocked_)
        write_some();
}

void PipeWriter::finish() {
    finishing_ = true;
    flush();
}

void PipeWriter::close() noexcept {
    watch_.cancel();
    fd_.reset();
    buffer_.clear();
    written_ = 0;
}

void PipeWriter::write_some() {
    bool broken = false;
    while (fd_ && written_ < buffer_.size() && !broken) {
        const ssize_t count =
            ::write(fd_.get(), buffer_.data() + written_, buffer_.size() - written_);
        if (count >= 0)
            written_ += static_cast<std::size_t>(count);
        else if (errno == EAGAIN)
            break;
        else
            broken = errno != EINTR;
    }
    if (!fd_) {
        buffer_.clear();
        return;
    }
    if (broken) {
        close();
        on_broken_();
        return;
    }
    if (written_ == buffer_.size()) {
        buffer_.clear();
        written_ = 0;
        if (buffer_.capacity() > kept_capacity)
            buffer_.shrink_to_fit();
    }
    const bool rest = !buffer_.empty();
    if (rest != blocked_) {
        blocked_ = rest;
        watch_.watch(fd_.get(), false, rest);
    }
    if (!rest && finishing_)
        close();
}

} // namespace attach_service
