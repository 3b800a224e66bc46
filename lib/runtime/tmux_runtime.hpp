#pragma once

#include "runtime/run_folder.hpp"
#include "runtime/runtime.hpp"
#include "runtime/tmux.hpp"

#include <filesystem>
#include <map>

namespace runtime {

struct TmuxConfig {
    std::filesystem::path folder;     // records and logs; private
    std::filesystem::path port_locks; // PortPool's folder
    std::string socket;               // of tmux: a name or a path
    /// The program band-supervise. Empty: looked for beside this program by the first launch, since
    /// a list of services needs none.
    std::filesystem::path supervisor;

    /// state_folder()/tmux, runtime_folder()/ports, BAND_TMUX_SOCKET or "band". Throws base::Error.
    static TmuxConfig from_environment();
};

/// Runs a service's program `run` as a plain process of this user, under a supervisor in a tmux
/// session. The records on disk and the supervisors' locks are the truth, tmux is asked only to
/// start a session: so `list` is cheap, and a tmux server that died is no riddle.
class TmuxRuntime final : public Runtime {
public:
    explicit TmuxRuntime(TmuxConfig config);

    [[nodiscard]] std::string_view name() const noexcept override { return "tmux"; }

    std::string build(const ServiceSpec& spec, const Progress& progress, const Wait& wait) override;
    Instance launch(const ServiceSpec& spec, const std::string& image, const Wait& wait) override;
    void promote(const Instance& candidate, const Wait& wait) override;
    void discard(const Instance& candidate, const Wait& wait) override;
    void reconcile(const Wait& wait) override;

    std::vector<Instance> list(bool candidates, const Wait& wait) override;
    std::optional<Instance> find(std::string_view service, const Wait& wait) override;
    std::optional<std::string> inspect(std::string_view service, const Wait& wait) override;

    bool start(std::string_view service, const Wait& wait) override;
    bool stop(std::string_view service, std::chrono::seconds grace, const Wait& wait) override;
    bool restart(std::string_view service, std::chrono::seconds grace, const Wait& wait) override;
    bool remove(std::string_view service, std::chrono::seconds grace, const Wait& wait) override;
    bool logs(std::string_view id, const LogOptions& options, const LogSink& sink,
              const Wait& wait) override;

    std::vector<Usage> usage(const Wait& wait) override;

    /// The command that shows a running service in this terminal; nothing: it does not run.
    [[nodiscard]] std::optional<std::vector<std::string>> attach_command(std::string_view service,
                                                                         const Wait& wait) const;

private:
    struct Sample {
        std::uint64_t cpu_ms;
        std::int64_t at_ms;
    };

    void start_session(const RunFolder& run, const std::string& session, const Wait& wait) const;
    void stop_run(const RunFolder& run, std::chrono::seconds grace, const Wait& wait) const;
    [[nodiscard]] RunFolder run_of(const Instance& instance) const;

    TmuxConfig config_;
    Tmux tmux_;
    std::map<std::string, Sample, std::less<>> samples_; // by Instance::id, of the last usage()
};

} // namespace runtime
