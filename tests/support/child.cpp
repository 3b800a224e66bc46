#include "support/child.hpp"

#include "support/eventually.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace support {

namespace {

/// Pointers as exec takes them, valid as long as `texts`.
std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (const std::string& text : texts)
        result.push_back(const_cast<char*>(text.c_str()));
    result.push_back(nullptr);
    return result;
}

std::vector<std::string> environment_with(const std::vector<std::string>& additions) {
    std::vector<std::string> result = additions; // the first one of a name counts
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view name{*entry, std::strcspn(*entry, "=") + 1};
        bool replaced = false;
        for (const std::string& addition : additions)
            replaced = replaced || addition.starts_with(name);
        if (!replaced)
            result.emplace_back(*entry);
    }
    return result;
}

/// In the child, between fork and exec: only calls that are safe after fork.
[[noreturn]] void become(char* const* arguments, char* const* environment, Streams streams,
                         bool dies_with_us, int failed) {
    if (dies_with_us)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::signal(SIGPIPE, SIG_DFL); // what the test ignores, a program must not inherit
    dup2(streams.in, STDIN_FILENO);
    dup2(streams.out, STDOUT_FILENO);
    dup2(streams.err, STDERR_FILENO);
    execvpe(arguments[0], arguments, environment);
    const int error = errno;
    [[maybe_unused]] const auto written = ::write(failed, &error, sizeof error);
    _exit(127);
}

} // namespace

Child::Child(const std::vector<std::string>& arguments, Streams streams,
             const std::vector<std::string>& environment) {
    const auto texts = environment_with(environment);
    const auto argv = pointers(arguments);
    const auto envp = pointers(texts);
    // The kernel counts the death of the thread that forked, not of the process.
    const bool dies_with_us = gettid() == getpid();
    int failed[2]; // closed by a successful exec
    if (pipe2(failed, O_CLOEXEC) != 0)
        throw std::runtime_error("pipe failed");
    pid_ = fork();
    if (pid_ == 0)
        become(argv.data(), envp.data(), streams, dies_with_us, failed[1]);
    ::close(failed[1]);
    int error = 0;
    const auto count = pid_ < 0 ? 0 : ::read(failed[0], &error, sizeof error);
    ::close(failed[0]);
    if (pid_ < 0)
        throw std::runtime_error("fork failed");
    if (count > 0) {
        waitpid(pid_, nullptr, 0);
        throw std::runtime_error("cannot run " + arguments[0] + ": " + std::strerror(error));
    }
}

Child::~Child() {
    if (poll())
        return;
    signal(SIGKILL);
    waitpid(pid_, nullptr, 0);
}

void Child::signal(int number) {
    if (!poll())
        ::kill(pid_, number);
}

void Child::pause() {
    signal(SIGSTOP);
    int status = 0;
    if (!status_ && waitpid(pid_, &status, WUNTRACED) == pid_ && !WIFSTOPPED(status))
        status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::optional<ExitStatus> Child::poll() {
    int status = 0;
    if (!status_ && waitpid(pid_, &status, WNOHANG) == pid_)
        status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return status_;
}

std::optional<ExitStatus> Child::wait(std::chrono::milliseconds limit) {
    eventually(limit, [this] { return poll().has_value(); });
    return status_;
}

} // namespace support
