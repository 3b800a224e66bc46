#pragma once

#include "loop/timer.hpp"
#include "redis/connection.hpp"

#include <chrono>
#include <string>

namespace bus::over_redis {

/// Ends a read that blocks on one connection from another one (CLIENT UNBLOCK), when what is to be
/// read has changed. Without the permission for it nothing happens until the read ends by itself.
class Unblocker {
public:
    Unblocker(loop::EventLoop& loop, redis::Connection& reader, redis::Connection& control);

    /// Asks the reader for its client ID; to be called when it has connected, before it blocks.
    void learn();

    /// A blocking read has been sent, or has been answered.
    void set_blocked(bool blocked) noexcept;
    [[nodiscard]] bool blocked() const noexcept { return blocked_; }

    /// Ends the read, if one blocks.
    void wake();
    [[nodiscard]] bool waking() const noexcept { return again_.scheduled(); }

    /// How long a read should block: not long where nothing can end it, as far as is known.
    [[nodiscard]] std::chrono::milliseconds longest_block() const noexcept;

private:
    redis::Connection& reader_;
    redis::Connection& control_;
    loop::Timer again_;
    std::string reader_id_; // empty where the server does not tell it
    bool permitted_ = true; // an ACL may forbid it
    bool blocked_ = false;
};

} // namespace bus::over_redis
