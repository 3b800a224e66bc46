#include "runtime/tmux_runtime.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "runtime/environment_file.hpp"
#include "runtime/private_folder.hpp"
#include "runtime/process_tree.hpp"
#include "runtime/run_ending.hpp"
#include "runtime/run_lock.hpp"
#include "runtime/service_folder.hpp"
#include "runtime/service_log.hpp"
#include "runtime/service_name.hpp"
#include "runtime/state_word.hpp"
#include "runtime/tmux_instance.hpp"
#include "runtime/waiting.hpp"

#include <algorithm>
#include <cstdlib>
#include <unistd.h>

namespace runtime {

namespace fs = std::filesystem;

using base::Error;
using base::ErrorKind;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::seconds replaced_grace = 10s;
constexpr std::chrono::seconds discarded_grace = 5s;

/// The person's variables that a program needs to run at all; the others, which may be secrets, are
/// not the service's business.
Variables environment_of(const ServiceSpec& spec) {
    Variables all;
    for (const char* name : {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG",
                             "LC_ALL", "LC_CTYPE", "XDG_RUNTIME_DIR"})
        if (const char* const value = std::getenv(name))
            all.emplace_back(name, value);
    for (const auto& [name, value] : spec.environment)
        set_variable(all, name, value);
    return all;
}

fs::path find_supervisor() {
    constexpr const char* file = "band-supervise";
    std::error_code none;
    const fs::path program = fs::read_symlink("/proc/self/exe", none);
    // Beside the programs of a build tree, or where it is installed.
    for (const fs::path folder : {".", "..", BANDKIT_HELPER_FOLDER}) {
        const fs::path path = (program.parent_path() / folder / file).lexically_normal();
        if (::access(path.c_str(), X_OK) == 0 && fs::is_regular_file(path, none))
            return path;
    }
    throw Error(ErrorKind::cannot_run, file, "is not installed beside " + program.string(),
                "install all of bandkit");
}

} // namespace

TmuxConfig TmuxConfig::from_environment() {
    const char* const socket = std::getenv("BAND_TMUX_SOCKET");
    return {state_folder() / "tmux",
            runtime_folder() / "ports",
            socket != nullptr && *socket != '\0' ? socket : "band",
            {}};
}

TmuxRuntime::TmuxRuntime(TmuxConfig config) : config_(std::move(config)), tmux_(config_.socket) {
    require_private_folder(config_.folder);
}

std::string TmuxRuntime::build(const ServiceSpec& spec, const Progress&, const Wait&) {
    if (!spec.image.empty())
        throw Error(ErrorKind::usage, base::quoted(spec.image),
                    "is an image, and tmux runs programs", "use --runtime docker");
    const fs::path program = spec.folder / "run";
    if (::access(program.c_str(), X_OK) != 0)
        throw Error(ErrorKind::data, base::quoted(spec.folder.string()),
                    "has no executable `run`, which tmux would start",
                    "add one, or use --runtime docker");
    return program.string();
}

Instance TmuxRuntime::launch(const ServiceSpec& spec, const std::string& image, const Wait& wait) {
    require_service_name(spec.name);
    const RunFolder run = RunFolder::create(config_.folder, spec.name);
    try {
        run.write(LaunchRecord{image, environment_of(spec), spec.labels, spec.bind_address,
                               spec.ports, config_.port_locks, spec.memory_bytes,
                               spec.restart_policy});
        start_session(run, candidate_session(run), wait);
        return instance_of(run).value();
    } catch (...) {
        stop_run(run, 0s, {base::Deadline::after(discarded_grace), -1});
        run.remove();
        throw;
    }
}

/// Returns once the program runs, or has run; throws where it could not be started.
void TmuxRuntime::start_session(const RunFolder& run, const std::string& session,
                                const Wait& wait) const {
    const fs::path supervisor = config_.supervisor.empty() ? find_supervisor() : config_.supervisor;
    RunState fresh;
    fresh.port = run.written_state().port;
    run.write(fresh);
    const fs::path program = run.launch_record().program;
    tmux_.start(session, program.parent_path(), {supervisor.string(), "--", run.path().string()},
                wait);
    RunState state;
    auto next_look = base::Deadline::after(200ms);
    wait_until(wait, run.service(), "starting it", [&] {
        const bool supervised = run.alive();
        state = run.written_state();
        if (state.state != State::created || supervised)
            return state.state != State::created;
        if (!next_look.passed())
            return false;
        next_look = base::Deadline::after(200ms);
        return !tmux_.has(session, wait) && !run.alive();
    });
    if (state.started_ms == 0)
        throw Error(
            state.port == 0 && !state.why.empty() ? ErrorKind::unavailable : ErrorKind::cannot_run,
            run.service(), state.why.empty() ? "the tmux session ended at once" : state.why);
}

void TmuxRuntime::stop_run(const RunFolder& run, std::chrono::seconds grace,
                           const Wait& wait) const {
    end_supervised(run, grace, wait);
    end_orphans(run, grace, wait);
}

RunFolder TmuxRuntime::run_of(const Instance& instance) const {
    require_service_name(instance.name);
    require_service_name(instance.run_id); // a path is made of it
    return RunFolder{config_.folder / instance.name / instance.run_id};
}

void TmuxRuntime::promote(const Instance& candidate, const Wait& wait) {
    const RunFolder run = run_of(candidate);
    const auto old = current_run(config_.folder, candidate.name);
    run.make_current();
    if (old && old->run_id() != run.run_id()) {
        stop_run(*old, replaced_grace, wait);
        old->remove();
    }
    tmux_.rename(candidate_session(run), session_name(candidate.name), wait);
}

void TmuxRuntime::discard(const Instance& candidate, const Wait& wait) {
    const RunFolder run = run_of(candidate);
    stop_run(run, discarded_grace, wait);
    run.remove();
}

void TmuxRuntime::reconcile(const Wait& wait) {
    for (const RunFolder& run : all_runs(config_.folder)) {
        if (run.is_current()) {
            end_orphans(run, replaced_grace, wait);
        } else if (const auto lock = RunLock::try_take(run.service())) {
            stop_run(run, replaced_grace, wait);
            run.remove();
        }
    }
}

std::vector<Instance> TmuxRuntime::list(bool candidates, const Wait&) {
    std::vector<Instance> found;
    for (const RunFolder& run : all_runs(config_.folder))
        if (candidates || run.is_current())
            if (auto instance = instance_of(run))
                found.push_back(*std::move(instance));
    return found;
}

std::optional<Instance> TmuxRuntime::find(std::string_view service, const Wait&) {
    const auto run = current_run(config_.folder, service);
    return run ? instance_of(*run) : std::nullopt;
}

std::optional<std::string> TmuxRuntime::inspect(std::string_view service, const Wait&) {
    const auto run = current_run(config_.folder, service);
    return run ? inspection_of(*run) : std::nullopt;
}

bool TmuxRuntime::start(std::string_view service, const Wait& wait) {
    const auto run = current_run(config_.folder, service);
    if (!run)
        return false;
    // A supervisor that has written the end is on its way out.
    wait_until(wait, run->service(), "waiting for its end",
               [&run] { return !run->alive() || !has_ended(run->written_state().state); });
    if (!run->alive()) {
        end_orphans(*run, replaced_grace, wait);
        start_session(*run, session_name(service), wait);
    }
    return true;
}

bool TmuxRuntime::stop(std::string_view service, std::chrono::seconds grace, const Wait& wait) {
    const auto run = current_run(config_.folder, service);
    if (run)
        stop_run(*run, grace, wait);
    return run.has_value();
}

bool TmuxRuntime::restart(std::string_view service, std::chrono::seconds grace, const Wait& wait) {
    return stop(service, grace, wait) && start(service, wait);
}

bool TmuxRuntime::remove(std::string_view service, std::chrono::seconds grace, const Wait& wait) {
    const auto run = current_run(config_.folder, service);
    if (run) {
        stop_run(*run, grace, wait);
        run->remove();
    }
    return run.has_value();
}

bool TmuxRuntime::logs(std::string_view id, const LogOptions& options, const LogSink& sink,
                       const Wait& wait) {
    const auto run = run_of_id(config_.folder, id);
    std::error_code ignored;
    if (!run || !fs::exists(run->path(), ignored))
        return false;
    read_service_log(*run, options, sink, wait);
    return true;
}

std::vector<Usage> TmuxRuntime::usage(const Wait&) {
    const std::vector<Process> all = all_processes();
    const std::int64_t now = base::unix_ms();
    std::vector<Usage> found;
    std::map<std::string, Sample, std::less<>> samples;
    for (const RunFolder& run : all_runs(config_.folder)) {
        const RunState state = run.is_current() ? run.state() : RunState{};
        const auto record = state.state == State::running ? run.find_launch_record() : std::nullopt;
        if (!record)
            continue;
        Usage usage{run.service(), 0, 0, record->memory_bytes};
        Sample sample{0, now};
        for (const Process& process : descendants_of(state.supervisor, all)) {
            sample.cpu_ms += process.cpu_ms;
            usage.memory_bytes += process.memory_bytes;
        }
        // The first time it is the average since the start, or in the last second.
        const auto last = samples_.find(id_of(run));
        const Sample since = last != samples_.end()
                                 ? last->second
                                 : Sample{0, std::min(state.started_ms, now - 1000)};
        if (now > since.at_ms && sample.cpu_ms >= since.cpu_ms)
            usage.cpu_percent = 100.0 * static_cast<double>(sample.cpu_ms - since.cpu_ms) /
                                static_cast<double>(now - since.at_ms);
        samples.emplace(id_of(run), sample);
        found.push_back(std::move(usage));
    }
    samples_ = std::move(samples);
    return found;
}

std::optional<std::vector<std::string>> TmuxRuntime::attach_command(std::string_view service,
                                                                    const Wait& wait) const {
    const auto run = current_run(config_.folder, service);
    if (!run || !run->alive())
        return std::nullopt;
    const std::string name = session_name(service);
    // Between the taking of the place and the renaming of the session a crash may have come.
    return tmux_.attach_command(tmux_.has(name, wait) ? name : candidate_session(*run));
}

} // namespace runtime
