#pragma once

#include "bus/consumer.hpp"
#include "bus/follower.hpp"
#include "bus/publisher.hpp"
#include "bus/requester.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace loop {
class EventLoop;
}

namespace bus {

/// What all of a bus's roles share.
struct BusOptions {
    std::string url;              // redis://… or unix://…
    std::string password;         // wins over the URL's, when not empty
    std::string prefix = "band:"; // of every name that we use on the server
    std::chrono::milliseconds connect_timeout = std::chrono::seconds{5};
    std::chrono::milliseconds io_timeout = std::chrono::seconds{10};
    /// How much of what every service has acknowledged is kept for history, in each topic.
    std::uint64_t keep_entries = 1'000'000;
    std::chrono::milliseconds keep_age = std::chrono::hours{24 * 7};
};

/// A message bus: one object makes all the roles a program can play on it. Which transport is
/// behind it depends on the URL's scheme alone.
class Bus {
public:
    virtual ~Bus() = default;

    /// Chooses the transport by the URL's scheme; connects nowhere yet. Throws Error(usage).
    static std::unique_ptr<Bus> open(const BusOptions& options);

    virtual std::unique_ptr<Publisher> publisher(const PublisherOptions& options) = 0;
    virtual std::unique_ptr<Requester> requester() = 0;
    /// `loop`, `handler` and `observer` outlive what is returned.
    virtual std::unique_ptr<Follower> follower(loop::EventLoop& loop, FollowOptions options,
                                               FollowHandler& handler, Observer& observer) = 0;
    virtual std::unique_ptr<Consumer> consumer(loop::EventLoop& loop, ConsumerOptions options,
                                               ConsumerHandler& handler, Observer& observer) = 0;

    /// Up to 1,000 topics of a kind that are known on this bus: what completion offers.
    [[nodiscard]] virtual std::vector<std::string> topics(message::Kind kind) = 0;
};

} // namespace bus
