#include "tools/attach_service/child.hpp"

#include "base/error.hpp"
#include "base/pipe.hpp"
#include "base/printable.hpp"
#include "tools/attach_service/process_groups.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace attach_service {

using base::Error;
using base::ErrorKind;
using base::Pipe;
using base::UniqueFd;

namespace {

void set_non_blocking(int fd) {
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

std::string_view variable_name(std::string_view assignment) {
    return assignment.substr(0, assignment.find('='));
}

/// Our environment with the additions, which win; a later addition wins over an earlier one.
std::vector<char*> merged_environment(std::span<const std::string> first,
                                      std::span<const std::string> second) {
    std::vector<char*> all;
    const auto has = [&all](std::string_view name) {
        return std::ranges::any_of(all, [&](const char* v) { return variable_name(v) == name; });
    };
    for (const std::span<const std::string> additions : {second, first})
        for (const std::string& variable : additions)
            if (!has(variable_name(variable)))
                all.push_back(const_cast<char*>(variable.c_str()));
    const std::size_t added = all.size();
    const auto is_replaced = [&all, added](const char* variable) {
        return std::any_of(
            all.begin(), all.begin() + static_cast<std::ptrdiff_t>(added),
            [&](const char* v) { return variable_name(v) == variable_name(variable); });
    };
    for (char** variable = environ; *variable != nullptr; ++variable)
        if (!is_replaced(*variable))
            all.push_back(*variable);
    all.push_back(nullptr);
    return all;
}

/// All that the child needs, prepared before it exists: it shares our memory until it executes, so
/// it may call nothing but the kernel.
struct Launch {
    const char* path;
    char** arguments;
    char** shell_arguments; // of sh, for a script without "#!"
    char** environment;
    int in;
    int out;
    int err;
    pid_t parent;
    sigset_t mask;
    volatile int error = 0;
};

[[noreturn]] void become_program(Launch& launch) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != launch.parent)
        ::_exit(127); // it died before the line above
    for (const int number : {SIGINT, SIGTERM, SIGUSR1, SIGPIPE})
        ::signal(number, SIG_DFL);
    ::dup2(launch.in, STDIN_FILENO);
    ::dup2(launch.out, STDOUT_FILENO);
    ::dup2(launch.err, STDERR_FILENO);
    ::syscall(SYS_close_range, 3U, ~0U, 0U); // also those that we were given without close-on-exec
    ::sigprocmask(SIG_SETMASK, &launch.mask, nullptr);
    ::execve(launch.path, launch.arguments, launch.environment);
    if (errno == ENOEXEC)
        ::execve("/bin/sh", launch.shell_arguments, launch.environment);
    launch.error = errno;
    ::_exit(127);
}

/// vfork, for its speed: starting a program does not copy our page tables. Signals are held back
/// meanwhile, as our handlers must not run in the child.
[[gnu::noinline]] pid_t launch_program(Launch& launch) {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &launch.mask);
    const pid_t pid = ::vfork();
    if (pid == 0)
        become_program(launch);
    const int error = pid < 0 ? errno : launch.error;
    ::pthread_sigmask(SIG_SETMASK, &launch.mask, nullptr);
    if (pid > 0 && error != 0)
        ::waitpid(pid, nullptr, 0);
    errno = error;
    return error == 0 ? pid : -1;
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
    std::vector<char*> all;
    for (const std::string& word : words)
        all.push_back(const_cast<char*>(word.c_str()));
    all.push_back(nullptr);
    return all;
}

ErrorKind kind_of(int number) {
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return ErrorKind::not_found;
    case EACCES:
    case ENOEXEC:
    case EISDIR:
        return ErrorKind::not_executable;
    default:
        return ErrorKind::cannot_run;
    }
}

} // namespace

bool Ending::by_signal() const noexcept {
    return WIFSIGNALED(status_);
}

int Ending::exit_status() const noexcept {
    return WEXITSTATUS(status_);
}

std::string Ending::text() const {
    if (!by_signal())
        return "exit status " + std::to_string(exit_status());
    const int number = WTERMSIG(status_);
    const char* const name = ::sigdescr_np(number);
    return "killed by signal " + std::to_string(number) + " (" +
           (name != nullptr ? name : "unknown") + ")";
}

Child::Child(loop::EventLoop& loop, const Program& program,
             std::span<const std::string> environment, std::function<void(Ending)> on_exit)
    : on_exit_(std::move(on_exit)), exit_watch_(loop, [this] { on_ended(); }),
      kill_timer_(loop, [this] { ::kill(-pid_, SIGKILL); }) {
    spawn(program, environment);
    add_process_group(pid_);
    pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    if (!pidfd_) {
        const int number = errno;
        ::kill(-pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        remove_process_group(pid_);
        throw Error(ErrorKind::cannot_run, base::quoted(program.path),
                    "cannot be watched: " + base::errno_text(number));
    }
    exit_watch_.watch(pidfd_.get(), true, false);
}

Child::~Child() {
    if (!running())
        return;
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    remove_process_group(pid_);
}

void Child::spawn(const Program& program, std::span<const std::string> environment) {
    Pipe to_in;
    Pipe from_out;
    Pipe from_err;
    std::vector<char*> arguments = pointers(program.arguments);
    std::vector<char*> shell_arguments{const_cast<char*>("sh"),
                                       const_cast<char*>(program.path.c_str())};
    shell_arguments.insert(shell_arguments.end(), arguments.begin() + 1, arguments.end());
    std::vector<char*> variables = merged_environment(program.environment, environment);
    Launch launch{program.path.c_str(), arguments.data(), shell_arguments.data(),
                  variables.data(),     to_in.read.get(), from_out.write.get(),
                  from_err.write.get(), ::getpid(),       {}};
    pid_ = launch_program(launch);
    if (pid_ < 0) {
        const int number = errno;
        throw Error(kind_of(number), base::quoted(program.path),
                    "cannot be started: " + base::errno_text(number),
                    number == ENOENT ? "is the interpreter in its first line there?" : "");
    }
    in = std::move(to_in.write);
    out = std::move(from_out.read);
    err = std::move(from_err.read);
    for (const UniqueFd* fd : {&in, &out, &err})
        set_non_blocking(fd->get());
}

void Child::stop(std::chrono::milliseconds grace) {
    if (!running() || stopping_)
        return;
    stopping_ = true;
    whole_group_ = true;
    ::kill(-pid_, SIGTERM);
    kill_timer_.schedule(grace);
}

void Child::on_ended() {
    exit_watch_.cancel();
    kill_timer_.cancel();
    if (whole_group_)
        ::kill(-pid_, SIGKILL); // before it is reaped: until then the number is not used again
    int status = 0;
    ::waitpid(pid_, &status, 0);
    remove_process_group(pid_);
    pid_ = -1;
    on_exit_(Ending{status});
}

} // namespace attach_service
