#include "runtime/deployment.hpp"

#include "base/duration.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "runtime/readiness_probe.hpp"
#include "runtime/run_lock.hpp"
#include "runtime/service_name.hpp"
#include "runtime/waiting.hpp"

#include <algorithm>
#include <functional>
#include <string>

namespace runtime {

using base::Error;
using base::ErrorKind;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds first_pause = 5ms; // between looks; each one is twice as long
constexpr std::chrono::milliseconds longest_pause = 50ms;
constexpr std::chrono::seconds cleaning_up = 20s;
// What takes another one's place has lived so long: a program that soon ends is no successor. Where
// there is no other one, nothing is lost by going on after the first look.
constexpr std::chrono::milliseconds first_steps = 100ms;
constexpr std::size_t last_words = 5;
constexpr std::size_t most_shown = 10000; // lines of a log; a start that says more is not read on

/// Two requests with the same number ask for the same.
std::uint64_t fingerprint_of(const ServiceSpec& spec, const std::string& runtime, Readiness until) {
    std::string text = runtime + '\n' + spec.folder.string() + '\n' + spec.image + '\n' +
                       spec.network + '\n' + spec.bind_address + '\n' + spec.restart_policy;
    for (const auto* pairs : {&spec.environment, &spec.labels})
        for (const auto& [name, value] : *pairs)
            text += '\n' + name + '=' + value;
    for (const std::uint64_t number :
         {std::uint64_t{spec.ports.first}, std::uint64_t{spec.ports.last}, spec.memory_bytes,
          std::uint64_t{spec.pids}, std::uint64_t{spec.no_cache}, std::uint64_t{spec.pull},
          static_cast<std::uint64_t>(until)})
        text += '\n' + std::to_string(number);
    return std::hash<std::string>{}(text);
}

/// The candidate's log as it grows.
class LogTail {
public:
    LogTail(Runtime& runtime, std::string id) : runtime_(runtime), id_(std::move(id)) {}

    /// Tells `progress` what is new.
    void show(const Progress& progress, const Wait& wait) {
        if (shown_ >= most_shown)
            return;
        std::size_t index = 0;
        runtime_.logs(
            id_, {},
            [&](std::string_view line, bool, std::int64_t) {
                if (index++ < shown_)
                    return true;
                ++shown_;
                if (progress)
                    progress("wait", line);
                return shown_ < most_shown;
            },
            wait);
    }

    [[nodiscard]] std::string last_lines(const Wait& wait) const {
        std::string text;
        runtime_.logs(
            id_, {.last_lines = last_words},
            [&text](std::string_view line, bool, std::int64_t) {
                text += (text.empty() ? "" : " | ") + base::printable_start(line, 200);
                return true;
            },
            wait);
        return text;
    }

private:
    Runtime& runtime_;
    std::string id_;
    std::size_t shown_ = 0;
};

/// The candidate as it is now.
Instance look_at(Runtime& runtime, const Instance& candidate, const Wait& wait) {
    for (Instance& instance : runtime.list(true, wait))
        if (instance.id == candidate.id)
            return std::move(instance);
    throw Error(ErrorKind::no, candidate.name, "was removed by somebody while it started");
}

std::string_view awaited(Readiness until) {
    switch (until) {
    case Readiness::started:
        return "waiting for its first steps";
    case Readiness::registered:
        return "waiting for it to listen on the bus";
    case Readiness::answers:
        break;
    }
    return "waiting for it to answer __status on the bus";
}

/// One that has ended, even if it is about to be started again, is no good as a service.
void require_running(const Instance& seen) {
    if (seen.state == State::running && seen.restarts == 0)
        return;
    throw Error(ErrorKind::no, seen.name,
                "did not stay up: " + (seen.detail.empty() ? "it ended" : seen.detail));
}

/// An interruption while the bus or the engine was being asked names those, and not what for.
Error in_its_phase(const Error& error, const std::string& service, Readiness until) {
    if (error.kind() != ErrorKind::interrupted)
        return error;
    return {error.kind(), service, "stopped while " + std::string(awaited(until))};
}

Error with_log(const Error& error, LogTail& tail, const Progress& progress) {
    const Wait reading{base::Deadline::after(2s), -1};
    std::string words;
    try {
        tail.show(progress, reading);
        words = tail.last_lines(reading);
    } catch (const Error&) { // NOLINT(bugprone-empty-catch): the first error is the one to tell
    }
    const std::string hint =
        words.empty() ? "it wrote nothing to its log" : "its log ends with: " + words;
    return {error.kind(), error.subject(), error.why(),
            error.hint().empty() ? hint : error.hint() + "; " + hint};
}

/// Until `proven` it is looked at again whatever the probe says.
void wait_until_ready(Runtime& runtime, const Instance& candidate, const ReadinessProbe& probe,
                      base::Deadline proven, std::chrono::milliseconds ready_within, LogTail& tail,
                      const Progress& progress, const Wait& wait) {
    const auto limit = base::Deadline::after(ready_within);
    auto pause = first_pause;
    for (Instance seen = candidate;; seen = look_at(runtime, candidate, wait)) {
        check(wait, candidate.name, std::string(awaited(probe.until())));
        require_running(seen);
        if (proven.passed() && probe.ready(wait))
            return;
        tail.show(progress, wait);
        if (limit.passed())
            throw Error(ErrorKind::timeout, candidate.name,
                        "started, but " +
                            std::string(probe.until() == Readiness::answers
                                            ? "does not answer __status"
                                            : "does not listen") +
                            " on the bus after " + base::format_duration(ready_within),
                        "--wait started does not wait for that");
        pollfd stop{wait.stop_fd, POLLIN, 0};
        ::poll(&stop, 1, static_cast<int>(pause.count()));
        pause = std::min(pause * 2, longest_pause);
    }
}

/// Not to be interrupted: the old one may be gone already.
Instance promoted(Runtime& runtime, const Instance& candidate, const Progress& progress) {
    if (progress)
        progress("replace", "");
    const Wait replacing{base::Deadline::after(cleaning_up), -1};
    runtime.promote(candidate, replacing);
    return runtime.find(candidate.name, replacing).value_or(candidate);
}

} // namespace

Instance Deployment::run(const ServiceSpec& spec, Readiness until, const Progress& progress,
                         const Wait& wait) {
    require_service_name(spec.name);
    const RunLock lock{spec.name, wait};
    const auto fingerprint = fingerprint_of(spec, std::string(runtime_.name()), until);
    if (lock.done_meanwhile(fingerprint))
        if (auto done = runtime_.find(spec.name, wait))
            return *std::move(done);
    if (progress)
        progress("build", "");
    const std::string image = runtime_.build(spec, progress, wait);
    Instance instance = launch_and_wait(spec, image, until, progress, wait);
    lock.set_done(fingerprint);
    return instance;
}

Instance Deployment::launch_and_wait(const ServiceSpec& spec, const std::string& image,
                                     Readiness until, const Progress& progress, const Wait& wait) {
    const ReadinessProbe probe{bus_, spec.name, until, wait};
    const bool replaces = runtime_.find(spec.name, wait).has_value();
    if (progress)
        progress("start", "");
    const Instance candidate = runtime_.launch(spec, image, wait);
    const bool prove = replaces && until == Readiness::started;
    const auto proven = base::Deadline::after(prove ? first_steps : 0ms);
    LogTail tail{runtime_, candidate.id};
    try {
        if (progress)
            progress("wait", "");
        wait_until_ready(runtime_, candidate, probe, proven, ready_within_, tail, progress, wait);
        if (!replaces) {
            Instance instance = promoted(runtime_, candidate, progress);
            require_running(instance);
            return instance;
        }
    } catch (const Error& error) {
        const Error told = with_log(in_its_phase(error, spec.name, until), tail, progress);
        runtime_.discard(candidate, {base::Deadline::after(cleaning_up), -1});
        throw told;
    }
    return promoted(runtime_, candidate, progress);
}

} // namespace runtime
