#include "runtime/command.hpp"

#include "base/error.hpp"
#include "base/pipe.hpp"
#include "base/printable.hpp"
#include "runtime/waiting.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace runtime {

using base::Error;
using base::ErrorKind;

namespace {

constexpr std::size_t most_output = 64UL * 1024;

class Actions {
public:
    Actions() { posix_spawn_file_actions_init(&actions_); }
    ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;
    posix_spawn_file_actions_t* operator&() noexcept { return &actions_; }

private:
    posix_spawn_file_actions_t actions_;
};

class Attributes {
public:
    /// Signals as a program expects them, whatever this one does with them.
    Attributes() {
        posix_spawnattr_init(&attributes_);
        sigset_t signals;
        sigemptyset(&signals);
        posix_spawnattr_setsigmask(&attributes_, &signals);
        for (const int number : {SIGINT, SIGTERM, SIGPIPE, SIGUSR1, SIGHUP})
            sigaddset(&signals, number);
        posix_spawnattr_setsigdefault(&attributes_, &signals);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~Attributes() { posix_spawnattr_destroy(&attributes_); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    posix_spawnattr_t* operator&() noexcept { return &attributes_; }

private:
    posix_spawnattr_t attributes_;
};

/// The child gets our standard streams' numbers and nothing else: a server that it starts would
/// keep a pipe of ours open for ever.
pid_t spawn(const std::vector<std::string>& arguments, int output) {
    Actions actions;
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    Attributes attributes;
    std::vector<char*> words;
    for (const std::string& argument : arguments)
        words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    pid_t pid = -1;
    if (const int number =
            ::posix_spawnp(&pid, words[0], &actions, &attributes, words.data(), environ);
        number != 0)
        throw Error(number == ENOENT ? ErrorKind::not_found : ErrorKind::cannot_run,
                    arguments.front(), base::errno_text(number),
                    number == ENOENT ? "is " + arguments.front() + " installed?" : "");
    return pid;
}

int wait_for(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

CommandResult run_command(const std::vector<std::string>& arguments, const Wait& wait) {
    base::Pipe output;
    const pid_t pid = spawn(arguments, output.write.get());
    output.write.reset();
    CommandResult result;
    try {
        std::array<char, 4096> chunk;
        for (;;) {
            check(wait, arguments.front(), "running it");
            pollfd events[] = {{output.read.get(), POLLIN, 0}, {wait.stop_fd, POLLIN, 0}};
            ::poll(events, 2, wait.deadline.poll_timeout());
            if (events[0].revents == 0)
                continue;
            const auto size = ::read(output.read.get(), chunk.data(), chunk.size());
            if (size <= 0)
                break;
            if (result.output.size() < most_output)
                result.output.append(chunk.data(), static_cast<std::size_t>(size));
        }
    } catch (...) {
        ::kill(pid, SIGKILL);
        wait_for(pid);
        throw;
    }
    result.status = wait_for(pid);
    return result;
}

} // namespace runtime
