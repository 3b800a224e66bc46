#include "tools/bandctl/foreground.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"

#include <cerrno>
#include <csignal>
#include <spawn.h>
#include <sys/wait.h>

extern char** environ;

namespace bandctl {

namespace {

using base::Error;
using base::ErrorKind;

constexpr int forwarded[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};

sigset_t waited_for() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    for (const int number : forwarded)
        sigaddset(&set, number);
    return set;
}

ErrorKind kind_of(int error) {
    if (error == ENOENT)
        return ErrorKind::not_found;
    return error == EACCES || error == ENOEXEC ? ErrorKind::not_executable : ErrorKind::cannot_run;
}

} // namespace

Foreground::Foreground() {
    const sigset_t set = waited_for();
    pthread_sigmask(SIG_BLOCK, &set, &before_);
}

Foreground::~Foreground() {
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Foreground::start(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    for (const std::string& word : command)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t ignored; // by us, and not to be inherited
    sigemptyset(&ignored);
    sigaddset(&ignored, SIGPIPE);
    posix_spawnattr_setsigmask(&attributes, &before_);
    posix_spawnattr_setsigdefault(&attributes, &ignored);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const int error =
        posix_spawnp(&pid_, arguments.front(), nullptr, &attributes, arguments.data(), environ);
    posix_spawnattr_destroy(&attributes);
    if (error != 0)
        throw Error(kind_of(error), "cannot run " + base::quoted(command.front()),
                    base::errno_text(error));
}

int Foreground::wait() {
    const sigset_t set = waited_for();
    for (;;) {
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG) == pid_)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        siginfo_t info{};
        const int number = sigwaitinfo(&set, &info);
        // What the terminal sends, it sends to the program as well.
        if (number > 0 && number != SIGCHLD && info.si_code != SI_KERNEL)
            ::kill(pid_, number);
    }
}

} // namespace bandctl
