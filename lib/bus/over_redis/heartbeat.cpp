#include "bus/over_redis/heartbeat.hpp"

#include "base/error.hpp"
#include "redis/client.hpp"

#include <csignal>
#include <pthread.h>

namespace bus::over_redis {

namespace {

/// Signals are the main thread's: one that is handled here would not wake its loop.
class BlockedSignals {
public:
    BlockedSignals() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, &before_);
    }
    ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_{};
};

} // namespace

Heartbeat::Heartbeat(redis::Config config, std::string key, std::chrono::milliseconds liveness)
    : config_(std::move(config)), key_(std::move(key)), liveness_(liveness) {
    // A beat that takes longer than the key lives is worth nothing.
    config_.connect_timeout = std::min(config_.connect_timeout, liveness / 2);
    config_.io_timeout = std::min(config_.io_timeout, liveness / 2);
    const BlockedSignals blocked;
    thread_ = std::thread{[this] { beat(); }};
}

Heartbeat::~Heartbeat() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Heartbeat::beat() {
    redis::Client client{config_};
    const std::string expiry = std::to_string(liveness_.count());
    std::unique_lock lock{mutex_};
    while (!stopping_) {
        lock.unlock();
        try {
            // A server without memory refuses SET, and must not make the living look dead.
            const auto deadline = base::Deadline::after(config_.io_timeout);
            if (client.call("heartbeat", {"PEXPIRE", key_, expiry}, deadline).integer == 0)
                client.call("heartbeat", {"SET", key_, "1", "PX", expiry}, deadline);
        } catch (const base::Error&) {
            // The consumer's own connections say what is wrong with the server; the next beat tries
            // anew.
        }
        lock.lock();
        wake_.wait_for(lock, liveness_ / 3, [this] { return stopping_; });
    }
    try {
        client.call("heartbeat", {"DEL", key_},
                    base::Deadline::after(std::chrono::milliseconds{500}));
    } catch (const base::Error&) {
        // It expires by itself.
    }
}

} // namespace bus::over_redis
