#pragma once

#include "runtime/runtime.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace runtime {

/// The tmux server of our own, on a socket apart from the person's, without any configuration.
class Tmux {
public:
    /// A path (with a '/'), or a name as `tmux -L` takes it.
    explicit Tmux(std::string socket) : socket_(std::move(socket)) {}

    /// Starts a session, and the server with it, that runs `command` (two words or more, so that
    /// tmux uses no shell) in `folder`. Throws Error(unavailable) when tmux is not there, Error(no)
    /// with its words when it refuses.
    void start(const std::string& session, const std::filesystem::path& folder,
               const std::vector<std::string>& command, const Wait& wait) const;

    /// False when there is no such session.
    bool rename(const std::string& session, const std::string& name, const Wait& wait) const;
    [[nodiscard]] bool has(const std::string& session, const Wait& wait) const;

    /// The command that shows a session in this terminal, to be executed.
    [[nodiscard]] std::vector<std::string> attach_command(const std::string& session) const;

private:
    [[nodiscard]] std::vector<std::string> command() const;

    std::string socket_;
};

/// A session's name may not hold a dot; a service's name never holds the plus in its place.
std::string session_name(std::string_view service);

} // namespace runtime
