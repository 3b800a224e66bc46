#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

namespace docker {

/// A folder as the tar stream that a build takes, read while it is sent, so that its size costs no
/// memory. Files keep their modes and belong to root; symbolic links stay links and are never
/// followed; sockets, pipes and devices are left out, and so is what .dockerignore says, but for
/// itself and the Dockerfile.
class BuildContext {
public:
    /// Throws Error(no_input) when the folder cannot be read, Error(data) for a bad .dockerignore.
    explicit BuildContext(const std::filesystem::path& folder);
    ~BuildContext();
    BuildContext(const BuildContext&) = delete;
    BuildContext& operator=(const BuildContext&) = delete;

    /// The next piece, valid until the next call; empty at the end. Throws Error(no_input).
    std::string_view next();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace docker
