#pragma once

#include "support/child.hpp"
#include "support/temp_directory.hpp"

#include <optional>
#include <string>

namespace support {

/// A Docker Engine: the machine's own where one answers, else a private dockerd in a fresh
/// directory, which needs root. Private ones have a bridge of their own and leave the machine's
/// packet filter alone, so any number can run at the same time; host ports go through their proxy.
class DockerEngine {
public:
    enum class Whose {
        any,
        own, // a private one at any rate, for tests that count or remove all of its containers
    };

    /// Why there can be none here; empty: there can.
    static std::string obstacle(Whose whose = Whose::any);

    /// Throws std::runtime_error with its log when it does not come up.
    explicit DockerEngine(Whose whose = Whose::any);
    ~DockerEngine();
    DockerEngine(const DockerEngine&) = delete;
    DockerEngine& operator=(const DockerEngine&) = delete;

    [[nodiscard]] const std::string& socket_path() const noexcept { return socket_path_; }
    [[nodiscard]] std::string url() const { return "unix://" + socket_path_; }

    /// Only a private one may be killed.
    [[nodiscard]] bool is_private() const noexcept { return directory_.has_value(); }
    void kill9();
    void start();

    /// A program that is linked statically and can do much: for images FROM scratch.
    static std::string busybox();

private:
    [[nodiscard]] bool answers() const;
    void remove_containers() const;
    void make_bridge();

    std::optional<TempDirectory> directory_;
    std::string socket_path_;
    std::string bridge_;
    std::optional<Child> child_;
};

} // namespace support
