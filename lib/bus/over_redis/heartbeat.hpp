#pragma once

#include "redis/config.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace bus::over_redis {

/// Keeps a consumer's liveness key fresh from a thread and connection of its own, so that a handler
/// that takes its time is not taken for dead. Stopped together with the process (SIGSTOP, kill -9),
/// it falls silent, which is the point.
class Heartbeat {
public:
    /// Sets `key` every third of `liveness`, to expire after `liveness`.
    Heartbeat(redis::Config config, std::string key, std::chrono::milliseconds liveness);
    /// Ends the thread and takes the key away.
    ~Heartbeat();
    Heartbeat(const Heartbeat&) = delete;
    Heartbeat& operator=(const Heartbeat&) = delete;

private:
    void beat();

    redis::Config config_;
    std::string key_;
    std::chrono::milliseconds liveness_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_; // last: uses all of the above
};

} // namespace bus::over_redis
