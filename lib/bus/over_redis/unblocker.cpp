#include "bus/over_redis/unblocker.hpp"

#include "loop/event_loop.hpp"

namespace bus::over_redis {

Unblocker::Unblocker(loop::EventLoop& loop, redis::Connection& reader, redis::Connection& control)
    : reader_(reader), control_(control), again_(loop, [this] { wake(); }) {}

void Unblocker::learn() {
    reader_.send({"CLIENT", "ID"},
                 [this](redis::Reply&& reply) { reader_id_ = std::to_string(reply.integer); });
}

void Unblocker::set_blocked(bool blocked) noexcept {
    blocked_ = blocked;
    if (!blocked)
        again_.cancel();
}

void Unblocker::wake() {
    if (!blocked_ || !control_.connected() || reader_id_.empty())
        return;
    control_.send({"CLIENT", "UNBLOCK", reader_id_}, {});
    // It may have overtaken the read that it is meant for; repeat it until an answer comes.
    again_.schedule(std::chrono::milliseconds{20});
}

} // namespace bus::over_redis
