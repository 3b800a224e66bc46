#include "tools/director/machine.hpp"

#include "base/error.hpp"
#include "docker/client.hpp"
#include "docker/engine.hpp"
#include "host/local_runtimes.hpp"
#include "runtime/service_folder.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace director {

using base::Error;

namespace {

/// Looks at the runtimes; one thread at a time uses it.
class Looker {
public:
    Looker(runtime::ServicePath path, service::Diagnostics& diagnostics)
        : path_(std::move(path)), diagnostics_(diagnostics) {}

    Findings look(const runtime::Wait& wait) {
        if (watched_.empty())
            for (auto& runtime : host::local_runtimes())
                watched_.push_back({.runtime = std::move(runtime)});
        Findings findings;
        for (Watched& watched : watched_)
            findings.runtimes.push_back(look_at(watched, findings, wait));
        findings.folders = path_.names();
        return findings;
    }

private:
    struct Watched {
        std::unique_ptr<runtime::Runtime> runtime;
        bool reconciled = false;
        std::string trouble; // that was told
    };

    RuntimeState look_at(Watched& watched, Findings& findings, const runtime::Wait& wait) {
        RuntimeState state{.name = std::string(watched.runtime->name())};
        try {
            // What a director that was killed in the middle of a run has left behind.
            if (!watched.reconciled)
                watched.runtime->reconcile(wait);
            watched.reconciled = true;
            for (runtime::Instance& instance : watched.runtime->list(false, wait))
                findings.instances.push_back(std::move(instance));
        } catch (const Error& error) {
            if (error.kind() == base::ErrorKind::interrupted)
                throw;
            state.up = false;
            state.why = error.what();
        }
        tell(watched, state);
        return state;
    }

    /// A machine may well have one runtime only.
    void tell(Watched& watched, const RuntimeState& state) {
        const std::string text = state.name + " is away: " + state.why;
        if (!state.up && state.why != watched.trouble && watched.reconciled)
            diagnostics_.warn(text);
        else if (!state.up && state.why != watched.trouble)
            diagnostics_.detail(text);
        else if (state.up && !watched.trouble.empty())
            diagnostics_.info(state.name + " is back");
        watched.trouble = state.why;
    }

    std::vector<Watched> watched_;
    runtime::ServicePath path_;
    service::Diagnostics& diagnostics_;
};

/// What the Engine tells of our containers (GET /events).
void follow_docker(const std::function<void()>& changed, int stop_fd) {
    docker::Client engine{docker::engine_from_environment(), stop_fd};
    engine.version(base::Deadline::after(std::chrono::seconds{10}));
    changed();
    engine.events(
        "inband", {},
        [&](const docker::Event& /*event*/) {
            changed();
            return true;
        },
        base::Deadline::never());
}

} // namespace

Machine machine_of(const host::LocalConfig& config, service::Diagnostics& diagnostics) {
    const auto looker = std::make_shared<Looker>(config.path, diagnostics);
    return {
        .make_host =
            [config] { return std::make_unique<host::LocalHost>(config, host::local_runtimes()); },
        .look = [looker](host::Host& /*host*/,
                         const runtime::Wait& wait) { return looker->look(wait); },
        .follow = follow_docker};
}

} // namespace director
