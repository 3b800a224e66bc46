#include "bus/over_redis/unblocker.hpp"

#include "loop/event_loop.hpp"

#include <algorithm>

namespace bus::over_redis {

Unblocker::Unblocker(loop::EventLoop& loop, redis::Connection& reader, redis::Connection& control)
    : reader_(reader), control_(control), again_(loop, [this] { wake(); }) {}

void Unblocker::learn() {
    reader_id_.clear();
    reader_.send({"CLIENT", "ID"}, [this](redis::Reply&& reply) {
        reader_id_ = reply.is_error() ? "" : std::to_string(reply.integer);
    });
}

std::chrono::milliseconds Unblocker::longest_block() const noexcept {
    const auto longest = permitted_ && !reader_id_.empty() ? std::chrono::milliseconds{5000}
                                                           : std::chrono::milliseconds{500};
    // The server must not seem silent.
    return std::min(longest, reader_.config().io_timeout / 2);
}

void Unblocker::set_blocked(bool blocked) noexcept {
    blocked_ = blocked;
    if (!blocked)
        again_.cancel();
}

void Unblocker::wake() {
    if (!blocked_ || !control_.connected() || reader_id_.empty() || !permitted_)
        return;
    control_.send({"CLIENT", "UNBLOCK", reader_id_},
                  [this](redis::Reply&& reply) { permitted_ = permitted_ && !reply.is_error(); });
    // It may have overtaken the read that it is meant for; repeat it until an answer comes.
    again_.schedule(std::chrono::milliseconds{20});
}

} // namespace bus::over_redis
