#pragma once

#include "bus/over_redis/keys.hpp"
#include "bus/over_redis/publisher.hpp"

#include <functional>

namespace bus::over_redis {

/// Sends commands over Redis Streams and reads their results from a reply stream of its own, which
/// is announced in the index with the time of its death, so that nothing is left behind even when
/// the requester dies.
class Requester : public bus::Requester {
public:
    Requester(const BusOptions& bus, redis::Config config);

    message::Message request(message::Message command, const RequestOptions& options) override;
    void send(message::Message command, const RequestOptions& options) override;

private:
    struct Call; // one request or send, from start to end

    BusOptions bus_;
    redis::Config config_;
    Keys keys_;
};

} // namespace bus::over_redis
