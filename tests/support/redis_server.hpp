#pragma once

#include "support/child.hpp"
#include "support/temp_directory.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace support {

enum class Listen {
    unix_socket,
    tcp, // on a free port of 127.0.0.1, beside the Unix socket
};

/// A real redis-server of this test alone: in its own directory, on a Unix socket there, without
/// persistence unless asked for. Killed and removed with the object; BAND_KEEP=1 keeps the
/// directory.
class RedisServer {
public:
    /// Starts it and waits until it answers. `arguments` are those of redis-server, e.g.
    /// {"--appendonly", "yes"}. Throws std::runtime_error with its log when it does not come up.
    explicit RedisServer(std::vector<std::string> arguments = {},
                         Listen listen = Listen::unix_socket);

    /// redis://127.0.0.1:PORT where it listens on TCP, else unix:///…
    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::string unix_url() const { return "unix://" + socket_path(); }
    [[nodiscard]] std::string socket_path() const { return directory_.path() / "redis.sock"; }
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] const TempDirectory& directory() const noexcept { return directory_; }
    [[nodiscard]] std::string log() const { return read_file(directory_.path() / "redis.log"); }
    [[nodiscard]] pid_t pid() const { return child_->pid(); }

    /// Starts it again after `kill9` or `terminate`, in the same directory and at the same address,
    /// with an append-only file that has been made whole.
    void start();
    /// Ends it at once; it writes nothing any more.
    void kill9();
    /// SIGTERM: it saves what it is configured to save.
    void terminate();
    /// A server that hangs: connections stay open and get no answer, until `continue_signal`.
    void stop_signal() { child_->pause(); }
    void continue_signal();

private:
    void repair_log();
    [[nodiscard]] bool launch();
    [[nodiscard]] bool answers() const;

    TempDirectory directory_;
    std::vector<std::string> arguments_;
    std::uint16_t port_ = 0;
    std::optional<Child> child_;
};

} // namespace support
