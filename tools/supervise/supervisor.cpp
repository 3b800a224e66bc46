#include "tools/supervise/supervisor.hpp"

#include "base/error.hpp"
#include "runtime/process_tree.hpp"
#include "tools/supervise/program.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace supervise {

using base::Error;
using base::ErrorKind;
using runtime::State;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::seconds default_grace = 10s;
constexpr std::chrono::seconds longest_grace = 3600s;
constexpr std::chrono::seconds leftover_grace = 2s; // for what a program leaves running
constexpr std::chrono::seconds settling_time = 10s;

base::UniqueFd take_signals() {
    for (const int number : {SIGPIPE, SIGTTOU, SIGTTIN, SIGTSTP, SIGINT, SIGQUIT, SIGUSR1})
        ::signal(number, SIG_IGN);
    sigset_t taken;
    sigemptyset(&taken);
    for (const int number : {SIGTERM, SIGHUP, SIGCHLD})
        sigaddset(&taken, number);
    ::sigprocmask(SIG_BLOCK, &taken, nullptr);
    return base::UniqueFd{::signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK)};
}

std::string ending_text(int status) {
    if (WIFEXITED(status))
        return "exited (" + std::to_string(WEXITSTATUS(status)) + ")";
    const char* const name = ::sigdescr_np(WTERMSIG(status));
    return "killed by signal " + std::to_string(WTERMSIG(status)) + " (" +
           (name != nullptr ? name : "unknown") + ")";
}

} // namespace

Supervisor::Supervisor(const runtime::RunFolder& run)
    : run_(run), record_(run.launch_record()), state_(run.written_state()), log_(run.path()),
      // Opened anew: non-blocking is a property of the open file, which the program gets, too.
      terminal_(::open("/dev/tty", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)),
      out_(loop_, log_, terminal_.get(), false), err_(loop_, log_, terminal_.get(), true),
      signals_(take_signals()), signal_watch_(loop_, [this] { on_signal(); }),
      kill_timer_(loop_, [this] { kill_tree(); }),
      restart_timer_(loop_, [this] { restart_program(); }) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void Supervisor::run() {
    state_.supervisor = ::getpid();
    try {
        const std::vector<std::uint16_t> last{state_.port};
        port_ = runtime::PortPool{record_.ports, record_.port_locks}.claim(
            1, "service " + run_.service(), {}, last);
        state_.port = port_.ports().front();
    } catch (const Error& error) {
        change(State::failed, error.what());
        throw;
    }
    signal_watch_.watch(signals_.get(), true, false);
    start_program();
    loop_.run();
}

void Supervisor::change(State state, std::string why) {
    state_.state = state;
    state_.why = std::move(why);
    try {
        run_.write(state_);
    } catch (const Error& error) {
        log_.add(error.what(), true); // a full disk is no reason to end a service
    }
}

void Supervisor::start_program() {
    try {
        Program program = start(record_, run_.service(), run_.run_id(), state_.port);
        program_ = program.pid;
        tree_runs_ = true;
        out_.open(std::move(program.out));
        err_.open(std::move(program.err));
        state_.started_ms = base::unix_ms();
        settled_ = base::Deadline::after(settling_time);
        change(State::running, "");
    } catch (const Error& error) {
        change(State::failed, error.what());
        throw;
    }
}

void Supervisor::restart_program() {
    try {
        start_program();
    } catch (const Error&) {
        loop_.fail(std::current_exception());
    }
}

void Supervisor::on_signal() {
    signalfd_siginfo info;
    while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
        const auto number = static_cast<int>(info.ssi_signo);
        if (number == SIGCHLD) {
            reap();
            continue;
        }
        if (stop_signal_ == 0)
            stop_signal_ = number;
        std::chrono::seconds grace = default_grace;
        if (info.ssi_code == SI_QUEUE)
            grace = std::clamp<std::chrono::seconds>(std::chrono::seconds{info.ssi_int}, 0s,
                                                     longest_grace);
        restart_timer_.cancel();
        if (tree_runs_)
            end_tree(grace);
        else
            on_tree_ended();
    }
}

void Supervisor::reap() {
    for (;;) {
        int status = 0;
        const pid_t pid = ::waitpid(-1, &status, WNOHANG);
        if (pid < 0 && errno == ECHILD && tree_runs_) {
            tree_runs_ = false;
            on_tree_ended();
        }
        if (pid <= 0)
            return;
        if (pid != program_)
            continue;
        program_ = -1;
        state_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        state_.why = ending_text(status);
        state_.ended_ms = base::unix_ms();
        if (!kill_timer_.scheduled())
            end_tree(leftover_grace);
    }
}

void Supervisor::end_tree(std::chrono::seconds grace) {
    runtime::signal_descendants(::getpid(), SIGTERM);
    runtime::signal_descendants(::getpid(), SIGCONT); // a stopped one hears nothing
    kill_timer_.schedule(grace);
}

void Supervisor::kill_tree() {
    runtime::signal_descendants(::getpid(), SIGKILL);
    kill_timer_.schedule(50ms); // for those that were born meanwhile
}

bool Supervisor::wants_restart() const {
    if (stop_signal_ != 0)
        return false;
    const std::string& policy = record_.restart_policy;
    return policy == "always" || policy == "unless-stopped" ||
           (policy == "on-failure" && state_.exit_code != 0);
}

void Supervisor::on_tree_ended() {
    kill_timer_.cancel();
    out_.finish();
    err_.finish();
    if (stop_signal_ == SIGHUP)
        return finish(State::failed, "its tmux session was ended from outside");
    if (stop_signal_ != 0)
        // That SIGTERM ended it is no news to who sent it.
        return finish(State::stopped, state_.exit_code == 128 + SIGTERM ? "" : state_.why);
    if (!wants_restart())
        return finish(state_.exit_code == 0 ? State::stopped : State::failed, state_.why);
    if (settled_.passed())
        backoff_.reset();
    const auto delay = backoff_.next();
    ++state_.restarts;
    change(State::restarting, state_.why);
    restart_timer_.schedule(delay);
}

void Supervisor::finish(State state, std::string why) {
    if (state_.ended_ms < state_.started_ms)
        state_.ended_ms = base::unix_ms();
    change(state, std::move(why));
    loop_.stop();
}

} // namespace supervise
