#include "cli/output.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace cli {

Output::Output(int fd) : fd_(fd), terminal_(::isatty(fd) == 1) {
    buffer_.reserve(capacity);
}

void Output::write_slowly(std::string_view text) {
    flush();
    if (text.size() > capacity)
        send(text);
    else
        buffer_.append(text);
}

void Output::flush() {
    if (buffer_.empty())
        return;
    // Emptied in any case: what could not be written once is not tried again on the way out.
    struct Emptied {
        std::string& buffer;
        ~Emptied() { buffer.clear(); }
    } const emptied{buffer_};
    send(buffer_);
}

void Output::send(std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd_, text.data(), text.size());
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
            continue;
        }
        if (errno == EPIPE)
            throw ClosedPipe{};
        if (errno == EAGAIN) { // another process made the shared terminal or pipe non-blocking
            pollfd ready{fd_, POLLOUT, 0};
            ::poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            throw base::Error(base::ErrorKind::io, "cannot write the output",
                              base::errno_text(errno));
        }
    }
}

bool Output::reader_gone() const noexcept {
    pollfd state{fd_, 0, 0};
    return ::poll(&state, 1, 0) == 1 && (state.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
}

std::size_t Output::width() const noexcept {
    if (!terminal_)
        return std::numeric_limits<std::size_t>::max();
    winsize size{};
    if (::ioctl(fd_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    std::size_t columns = 80;
    if (const char* const set = std::getenv("COLUMNS"))
        std::from_chars(set, set + std::strlen(set), columns);
    return columns;
}

} // namespace cli
