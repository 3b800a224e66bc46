#pragma once

#include "bus/publisher.hpp"
#include "message/message.hpp"
#include "topic/pattern.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace bus {

/// The messages of one kind whose routing keys match one of the patterns. Kind::command covers the
/// results, too.
struct Subscription {
    message::Kind kind = message::Kind::event;
    std::vector<topic::Pattern> patterns;
};

struct FollowOptions {
    std::vector<Subscription> subscriptions;
    /// Where to begin: at this Unix time in ms …
    std::optional<std::int64_t> since_ms;
    /// … or with the last so many messages; neither: with what comes from now on.
    std::optional<std::uint64_t> last;
    /// `last` counts in each topic instead of over all of them.
    bool last_of_each_topic = false;
    /// Only these count and are given; empty: all. Must not throw.
    std::function<bool(const message::Message&)> accepts;
    /// Go on with new messages after the stored ones.
    bool follow = true;
    /// How long the bus may be out of reach at the start; later it is waited for without end.
    std::chrono::milliseconds start_patience = std::chrono::seconds{10};
};

/// Gets what a follower sees. Called from the event loop; may throw, which ends the follower and
/// reaches `on_failed`.
class FollowHandler {
public:
    /// Messages in the order of their time, as far as one can tell while they arrive.
    virtual void on_messages(std::vector<message::Message>&& messages) = 0;
    /// The stored messages that were asked for have been given; from now on come new ones, or
    /// nothing when `follow` is off.
    virtual void on_caught_up() = 0;
    /// The follower has ended for good: an error that waiting does not mend.
    virtual void on_failed(std::exception_ptr error) noexcept = 0;

protected:
    ~FollowHandler() = default;
};

/// Watches messages without taking them from anybody and without leaving a trace on the bus.
/// Reconnects by itself and goes on where it was. Destroying it ends it.
class Follower {
public:
    virtual ~Follower() = default;
    virtual void start() = 0;
};

} // namespace bus
