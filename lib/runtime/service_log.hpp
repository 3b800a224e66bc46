#pragma once

#include "base/unique_fd.hpp"
#include "runtime/run_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace runtime {

/// Longer lines are cut.
inline constexpr std::size_t longest_log_line = 64 * 1024;

/// Writes what a service prints: lines "2026-11-21T01:26:56.123Z o TEXT", with e for standard
/// error, in the file `log` of the run's folder. Of a full file one older one is kept, `log.1`.
class ServiceLog {
public:
    /// Appends. Throws Error(cannot_create).
    explicit ServiceLog(std::filesystem::path folder, std::uint64_t most_bytes = 8UL * 1024 * 1024);

    /// What cannot be written, the disk being full, is lost; the service is not held up by it.
    void add(std::string_view line, bool err);

private:
    void open();

    std::filesystem::path folder_;
    std::uint64_t most_bytes_;
    base::UniqueFd file_;
    std::uint64_t size_ = 0;
    std::string text_;
};

/// Reads it. Following ends by itself when the service does. Throws as Runtime's operations do.
void read_service_log(const RunFolder& run, const LogOptions& options, const LogSink& sink,
                      const Wait& wait);

} // namespace runtime
