#pragma once

#include "bus/bus.hpp"
#include "redis/config.hpp"

namespace bus::over_redis {

/// The bus on Redis Streams (DESIGN.md section 3.1).
class Bus : public bus::Bus {
public:
    explicit Bus(const BusOptions& options);

    std::unique_ptr<bus::Publisher> publisher(const PublisherOptions& options) override;
    std::unique_ptr<bus::Requester> requester() override;
    std::unique_ptr<bus::Follower> follower(loop::EventLoop& loop, FollowOptions options,
                                            FollowHandler& handler, Observer& observer) override;
    std::unique_ptr<bus::Consumer> consumer(loop::EventLoop& loop, ConsumerOptions options,
                                            ConsumerHandler& handler, Observer& observer) override;
    [[nodiscard]] std::vector<std::string> topics(message::Kind kind) override;

private:
    BusOptions options_;
    redis::Config config_;
};

} // namespace bus::over_redis
