#include "support/process.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <unistd.h>

namespace support {

namespace {

struct Pipe {
    base::UniqueFd readable;
    base::UniqueFd writable;
};

Pipe make_pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        throw std::runtime_error("pipe failed");
    return {base::UniqueFd{ends[0]}, base::UniqueFd{ends[1]}};
}

void set_non_blocking(const base::UniqueFd& fd) {
    fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

/// Appends what is there; closes `fd` at its end.
void drain(base::UniqueFd& fd, std::string& into) {
    char buffer[16 * 1024];
    while (fd) {
        const auto count = ::read(fd.get(), buffer, sizeof buffer);
        if (count > 0)
            into.append(buffer, static_cast<std::size_t>(count));
        else if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        else
            fd.reset();
    }
}

} // namespace

Process::Process(const std::vector<std::string>& arguments,
                 const std::vector<std::string>& environment) {
    std::signal(SIGPIPE, SIG_IGN);
    Pipe in = make_pipe();
    Pipe out = make_pipe();
    Pipe err = make_pipe();
    const Streams streams{in.readable.get(), out.writable.get(), err.writable.get()};
    child_.emplace(arguments, streams, environment);
    in_ = std::move(in.writable);
    out_ = std::move(out.readable);
    err_ = std::move(err.readable);
    for (const auto* fd : {&in_, &out_, &err_})
        set_non_blocking(*fd);
}

/// One wait for output, or room for input where `for_writing`, then reads what is there.
void Process::turn(bool for_writing, int timeout_ms) {
    pollfd watched[3] = {{out_.get(), POLLIN, 0},
                         {err_.get(), POLLIN, 0},
                         {for_writing ? in_.get() : -1, POLLOUT, 0}};
    ::poll(watched, 3, timeout_ms);
    drain(out_, out_text_);
    drain(err_, err_text_);
}

template <class Condition>
bool Process::turn_until(std::chrono::milliseconds limit, bool for_writing, Condition condition) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= end)
            return false;
        // Short turns, since the end of the program itself makes nothing readable.
        turn(for_writing, 5);
    }
    return true;
}

bool Process::write(std::string_view text, std::chrono::milliseconds limit) {
    return turn_until(limit, true, [&] {
        const auto count = in_ ? ::write(in_.get(), text.data(), text.size()) : -1;
        if (count >= 0)
            text.remove_prefix(static_cast<std::size_t>(count));
        else if (!in_ || errno != EAGAIN)
            throw std::runtime_error("the program has closed its standard input");
        return text.empty();
    });
}

bool Process::wait_for_out(std::string_view text, std::chrono::milliseconds limit) {
    turn_until(limit, false, [&] { return out_text_.find(text) != std::string::npos || !out_; });
    return out_text_.find(text) != std::string::npos;
}

bool Process::wait_for_err(std::string_view text, std::chrono::milliseconds limit) {
    turn_until(limit, false, [&] { return err_text_.find(text) != std::string::npos || !err_; });
    return err_text_.find(text) != std::string::npos;
}

std::optional<ExitStatus> Process::wait(std::chrono::milliseconds limit) {
    if (!turn_until(limit, false, [&] { return child_->poll().has_value(); }))
        return std::nullopt;
    // A grandchild may keep the pipes open; what the program itself wrote is in them by now.
    turn(false, 0);
    return child_->poll();
}

Finished run(const std::vector<std::string>& arguments, std::string_view input,
             const std::vector<std::string>& environment, std::chrono::milliseconds limit) {
    Process process{arguments, environment};
    try {
        process.write(input, limit);
    } catch (const std::runtime_error&) {
        // A program that wants no input may have ended already; its status tells the rest.
    }
    process.close_stdin();
    const auto status = process.wait(limit);
    if (!status)
        throw std::runtime_error(
            arguments[0] + " has not ended in time; it said: " + process.out() + process.err());
    return {*status, process.out(), process.err()};
}

} // namespace support
