#include "tools/supervise/program.hpp"

#include "base/error.hpp"
#include "base/pipe.hpp"
#include "base/printable.hpp"
#include "runtime/process_tree.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace supervise {

using base::Error;
using base::ErrorKind;
using base::Pipe;
using base::UniqueFd;

namespace {

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> all;
    for (std::string& word : words)
        all.push_back(word.data());
    all.push_back(nullptr);
    return all;
}

/// Its own variables come last and win: what a service is called and where it listens is not its
/// environment file's choice.
std::vector<std::string> environment_of(const runtime::LaunchRecord& record,
                                        const std::string& service, const std::string& run_id,
                                        std::uint16_t port) {
    std::vector<std::string> own{"NAME=" + service, "HOST=" + record.bind_address,
                                 "PORT=" + std::to_string(port),
                                 std::string(runtime::run_variable) + "=" + run_id};
    std::vector<std::string> all;
    for (const auto& [name, value] : record.environment) {
        bool replaced = false;
        for (const std::string& variable : own)
            replaced = replaced || variable.starts_with(name + "=");
        if (!replaced)
            all.push_back(name + "=" + value);
    }
    all.insert(all.end(), own.begin(), own.end());
    if (const char* const terminal = ::getenv("TERM"))
        all.push_back("TERM=" + std::string(terminal));
    return all;
}

struct Launch {
    const char* path;
    const char* folder;
    char** arguments;
    char** shell_arguments; // of sh, for a script without "#!"
    char** environment;
    std::uint64_t memory_bytes;
    int out;
    int err;
    int failure;
};

[[noreturn]] void become_program(const Launch& launch) {
    ::setpgid(0, 0);
    ::tcsetpgrp(STDIN_FILENO, ::getpid()); // SIGTTOU is still ignored here
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < NSIG; ++number)
        ::signal(number, SIG_DFL);
    ::dup2(launch.out, STDOUT_FILENO);
    ::dup2(launch.err, STDERR_FILENO);
    if (launch.memory_bytes != 0) {
        // Of its own memory: what a program only reserves, as Go and Java do, is not counted.
        const rlimit memory{launch.memory_bytes, launch.memory_bytes};
        ::setrlimit(RLIMIT_DATA, &memory);
    }
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (::chdir(launch.folder) == 0) {
        ::execve(launch.path, launch.arguments, launch.environment);
        if (errno == ENOEXEC)
            ::execve("/bin/sh", launch.shell_arguments, launch.environment);
    }
    const int number = errno;
    [[maybe_unused]] const auto written = ::write(launch.failure, &number, sizeof number);
    ::_exit(127);
}

} // namespace

Program start(const runtime::LaunchRecord& record, const std::string& service,
              const std::string& run_id, std::uint16_t port) {
    const std::string path = record.program.string();
    const std::string folder = record.program.parent_path().string();
    std::vector<std::string> words{path};
    std::vector<std::string> shell_words{"sh", path};
    std::vector<std::string> variables = environment_of(record, service, run_id, port);
    const std::vector<char*> arguments = pointers(words);
    const std::vector<char*> shell_arguments = pointers(shell_words);
    const std::vector<char*> environment = pointers(variables);
    Pipe out;
    Pipe err;
    Pipe failure;
    const Launch launch{path.c_str(),
                        folder.c_str(),
                        const_cast<char**>(arguments.data()),
                        const_cast<char**>(shell_arguments.data()),
                        const_cast<char**>(environment.data()),
                        record.memory_bytes,
                        out.write.get(),
                        err.write.get(),
                        failure.write.get()};
    Program program;
    program.pid = ::fork();
    if (program.pid < 0)
        throw Error(ErrorKind::cannot_run, base::quoted(path), base::errno_text(errno));
    if (program.pid == 0)
        become_program(launch);
    ::setpgid(program.pid, program.pid);
    failure.write.reset();
    int number = 0;
    if (::read(failure.read.get(), &number, sizeof number) == sizeof number)
        throw Error(ErrorKind::cannot_run, base::quoted(path),
                    "cannot be started: " + base::errno_text(number),
                    number == ENOENT ? "is the interpreter in its first line there?" : "");
    program.out = std::move(out.read);
    program.err = std::move(err.read);
    for (const UniqueFd* fd : {&program.out, &program.err})
        ::fcntl(fd->get(), F_SETFL, O_NONBLOCK);
    return program;
}

} // namespace supervise
