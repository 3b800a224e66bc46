#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runtime {

/// What a person wrote to make a service: a Dockerfile, an executable `run`, or both.
struct ServiceFolder {
    std::string name;
    std::filesystem::path path; // absolute, without symbolic links
    bool has_dockerfile = false;
    bool has_program = false; // the executable `run`

    [[nodiscard]] std::filesystem::path program() const { return path / "run"; }
    [[nodiscard]] std::filesystem::path environment_file() const { return path / ".env"; }
};

/// Looks into a folder that was named by its path. Throws Error(no_input) where there is none,
/// Error(data) for one with neither a Dockerfile nor a program `run`.
ServiceFolder open_service_folder(std::string_view name, const std::filesystem::path& folder);

/// The folders in which services are looked for; an earlier one wins.
class ServicePath {
public:
    /// `path` is separated by ':'; empty parts are skipped.
    explicit ServicePath(std::string_view path);
    /// Of BAND_IMAGES, by default "./services".
    static ServicePath from_environment();

    /// Nothing where there is no such folder. Throws Error(usage) for what is no name, Error(data)
    /// for a folder that leads out of its parent by a symbolic link or that has neither a
    /// Dockerfile nor a program `run`.
    [[nodiscard]] std::optional<ServiceFolder> find(std::string_view name) const;

    /// The same, but throws Error(not_found), which names the folders and what is nearly so called.
    [[nodiscard]] ServiceFolder require(std::string_view name) const;

    /// All that could be run, sorted; each name once.
    [[nodiscard]] std::vector<std::string> names() const;

private:
    std::vector<std::filesystem::path> folders_;
    std::string text_; // as it was given, for messages
};

} // namespace runtime
