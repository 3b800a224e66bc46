#pragma once

#include "support/temp_directory.hpp"
#include "support/wake.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace support {

enum class AfterAnswer { stay, close };

/// A hostile peer: accepts connections and answers whatever it is sent with the same bytes, which
/// need not be of any protocol; empty ones make it a peer that says nothing.
class RawServer {
public:
    explicit RawServer(std::string bytes, AfterAnswer after = AfterAnswer::stay);
    ~RawServer();
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

    [[nodiscard]] std::string socket_path() const { return directory_.path() / "raw.sock"; }
    [[nodiscard]] std::string url() const { return "unix://" + socket_path(); }
    [[nodiscard]] int connections() const noexcept { return connections_; }

private:
    struct Peer {
        base::UniqueFd fd;
        std::string pending;
    };
    void run();
    /// False when the connection is over.
    bool serve(Peer& peer);

    TempDirectory directory_;
    base::UniqueFd listener_;
    Wake wake_;
    std::string bytes_;
    AfterAnswer after_;
    std::atomic<bool> stopping_{false};
    std::atomic<int> connections_{0};
    std::vector<Peer> peers_; // of the thread alone
    std::thread thread_;
};

} // namespace support
