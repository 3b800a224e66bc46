#pragma once

#include "base/unique_fd.hpp"
#include "runtime/runtime.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace runtime {

/// What one launch of a program is to be; written by who launches, read by the supervisor.
struct LaunchRecord {
    std::filesystem::path program;                                // started in its own folder
    std::vector<std::pair<std::string, std::string>> environment; // the whole of it
    std::vector<std::pair<std::string, std::string>> labels;
    std::string bind_address;
    PortRange ports;
    std::filesystem::path port_locks; // PortPool's folder, the same for all
    std::uint64_t memory_bytes = 0;
    std::string restart_policy;
};

/// How it stands; written by the supervisor at each change.
struct RunState {
    State state = State::created;
    pid_t supervisor = 0;
    std::uint16_t port = 0;
    std::optional<int> exit_code; // of the last end; 128 + N for signal N
    std::string why;              // it is in that state; may be empty
    std::int64_t started_ms = 0;
    std::int64_t ended_ms = 0;
    std::uint32_t restarts = 0;
};

/// The folder of one launch, NAME/RUN_ID below the runtime's folder: launch.json, state.json, the
/// log, and the file `alive`, which the supervisor keeps locked. NAME/current is a symbolic link to
/// the launch that is the service; others are candidates or left over.
class RunFolder {
public:
    explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}

    /// A fresh one for a service. Throws Error(cannot_create).
    static RunFolder create(const std::filesystem::path& parent, std::string_view service);

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] std::string service() const { return path_.parent_path().filename(); }
    [[nodiscard]] std::string run_id() const { return path_.filename(); }

    /// The file is replaced in one step. Throws Error(io).
    void write(const LaunchRecord& record) const;
    void write(const RunState& state) const;
    /// Throws Error(data) for a file that is not what `write` wrote.
    [[nodiscard]] LaunchRecord launch_record() const;
    /// The same; nothing where there is no file: it is only being made, or removed.
    [[nodiscard]] std::optional<LaunchRecord> find_launch_record() const;
    /// As it was written last; the default where nothing was, or only half of it by a machine that
    /// went down.
    [[nodiscard]] RunState written_state() const;

    /// The same, but a supervisor that is gone without a word makes it State::failed.
    [[nodiscard]] RunState state() const;

    /// Whether a supervisor holds it.
    [[nodiscard]] bool alive() const;
    /// Makes this process the supervisor as long as the descriptor is open; none if there is one.
    [[nodiscard]] base::UniqueFd hold() const;

    [[nodiscard]] bool is_current() const;
    /// Makes it the service, in one step.
    void make_current() const;
    /// Deletes it, and the service's folder with its last launch.
    void remove() const;

private:
    void replace(const char* name, std::string_view content) const;

    std::filesystem::path path_;
};

/// The launch that is the service now.
std::optional<RunFolder> current_run(const std::filesystem::path& parent, std::string_view service);

/// All launches below `parent`, of one service if it is given.
std::vector<RunFolder> all_runs(const std::filesystem::path& parent, std::string_view service = {});

} // namespace runtime
