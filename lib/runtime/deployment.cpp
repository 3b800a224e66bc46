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

constexpr std::chrono::milliseconds pause_between_looks = 50ms;
constexpr std::chrono::seconds cleaning_up = 20s;
// A program that ends as soon as it starts has not started, whatever the first look at it says.
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

/// Nothing once it is gone.
std::optional<Instance> look_at(Runtime& runtime, const Instance& candidate, const Wait& wait) {
    for (Instance& instance : runtime.list(true, wait))
        if (instance.id == candidate.id)
            return std::move(instance);
    return std::nullopt;
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

/// One that has ended, even if it is about to be started again, is no good as a successor.
void require_running(Runtime& runtime, const Instance& candidate, const Wait& wait) {
    const auto seen = look_at(runtime, candidate, wait);
    if (!seen)
        throw Error(ErrorKind::no, candidate.name, "was removed by somebody while it started");
    if (seen->state == State::running && seen->restarts == 0)
        return;
    throw Error(ErrorKind::no, candidate.name,
                "did not stay up: " + (seen->detail.empty() ? "it ended" : seen->detail));
}

Error with_log(const Error& error, const LogTail& tail) {
    std::string words;
    try {
        words = tail.last_lines({base::Deadline::after(2s), -1});
    } catch (const Error&) { // NOLINT(bugprone-empty-catch): the first error is the one to tell
    }
    const std::string hint =
        words.empty() ? "it wrote nothing to its log" : "its log ends with: " + words;
    return {error.kind(), error.subject(), error.why(),
            error.hint().empty() ? hint : error.hint() + "; " + hint};
}

void wait_until_ready(Runtime& runtime, const Instance& candidate, const ReadinessProbe& probe,
                      Readiness until, std::chrono::milliseconds ready_within, LogTail& tail,
                      const Progress& progress, const Wait& wait) {
    const auto limit = base::Deadline::after(ready_within);
    const auto settled = base::Deadline::after(first_steps);
    for (;;) {
        check(wait, candidate.name, std::string(awaited(until)));
        tail.show(progress, wait);
        require_running(runtime, candidate, wait);
        if ((until != Readiness::started || settled.passed()) && probe.ready(wait))
            return;
        if (limit.passed())
            throw Error(ErrorKind::timeout, candidate.name,
                        "started, but " +
                            std::string(until == Readiness::answers ? "does not answer __status"
                                                                    : "does not listen") +
                            " on the bus after " + base::format_duration(ready_within),
                        "--wait started does not wait for that");
        pollfd stop{wait.stop_fd, POLLIN, 0};
        ::poll(&stop, 1, static_cast<int>(pause_between_looks.count()));
    }
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
    if (progress)
        progress("start", "");
    const Instance candidate = runtime_.launch(spec, image, wait);
    LogTail tail{runtime_, candidate.id};
    try {
        if (progress)
            progress("wait", "");
        wait_until_ready(runtime_, candidate, probe, until, ready_within_, tail, progress, wait);
    } catch (const Error& error) {
        const Error told = with_log(error, tail);
        runtime_.discard(candidate, {base::Deadline::after(cleaning_up), -1});
        throw told;
    }
    // From here on it is not interrupted: the old one is about to go.
    if (progress)
        progress("replace", "");
    const Wait replacing{base::Deadline::after(cleaning_up), -1};
    runtime_.promote(candidate, replacing);
    auto instance = runtime_.find(spec.name, replacing);
    return instance ? *std::move(instance) : candidate;
}

} // namespace runtime
