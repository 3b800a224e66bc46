#pragma once

#include "bus/follower.hpp"
#include "message/message.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace bus {

struct ConsumerOptions {
    /// The logical service: its instances share the work.
    std::string service;
    /// This instance; unique among all that ever ran.
    std::string instance;
    /// Events and commands to take part in, configurations to follow.
    std::vector<Subscription> subscriptions;
    /// How many messages are held at once, taken but not settled.
    std::size_t prefetch = 100;
    /// How long an instance may be silent before its messages are taken over.
    std::chrono::milliseconds liveness = std::chrono::seconds{3};
    /// A message that was handed out this often without a verdict kills its handlers; it goes to
    /// the dead letters.
    int most_deliveries = 5;
};

/// A message in the hands of a consumer.
struct Delivery {
    std::uint64_t tag = 0; // names it towards the consumer
    int deliveries = 1;    // how often it was handed out, this time included
    message::Message message;
};

/// Gets what a consumer receives. Called from the event loop.
class ConsumerHandler {
public:
    /// Everything is subscribed; deliveries follow. Called again after a reconnection.
    virtual void on_subscribed() = 0;
    virtual void on_delivery(Delivery&& delivery) = 0;
    /// A configuration: first the last value of each topic there is, then each new one.
    virtual void on_configuration(const message::Message& message) = 0;
    /// The last values of the configurations that exist have been given.
    virtual void on_configurations_known() = 0;
    /// A delivery that was settled with more than an acknowledgement, or handed back, is done with.
    virtual void on_settled(std::uint64_t tag) = 0;
    /// The claim on a settled delivery was lost before it was settled (this instance was silent for
    /// too long, and another one took it over): nothing of it has been published.
    virtual void on_lost(std::uint64_t tag) = 0;
    /// What a delivery was settled with can never be published; the delivery is still held, and
    /// nothing of it has been published.
    virtual void on_refused(std::uint64_t tag, const base::Error& error) = 0;
    /// After `stop`: everything is settled and confirmed, and the bus has forgotten this instance.
    virtual void on_stopped() = 0;
    /// The consumer has ended for good.
    virtual void on_failed(std::exception_ptr error) noexcept = 0;

protected:
    ~ConsumerHandler() = default;
};

/// One instance of a logical service on the bus: takes messages, each at least once, and settles
/// each in one of three ways. Reconnects by itself; a delivery stays valid across that.
class Consumer {
public:
    virtual ~Consumer() = default;

    virtual void start() = 0;

    /// The handler is done: acknowledges the message together with everything it published, all or
    /// nothing.
    virtual void acknowledge(std::uint64_t tag, const std::vector<message::Message>& effects) = 0;

    /// Gives the message up: moves it to the service's dead letters as it is, with `reason` (one
    /// word) and `error` (for people), and publishes `effects` (the error result it owes), all or
    /// nothing.
    virtual void dead_letter(std::uint64_t tag, std::string_view reason, std::string_view error,
                             const std::vector<message::Message>& effects) = 0;

    /// Hands the message back as if it had never been taken, for another instance.
    virtual void release(std::uint64_t tag) = 0;

    /// Publishes outside of any delivery; sent again after a reconnection until it is confirmed.
    virtual void publish(const message::Message& message) = 0;

    /// Sends a log message if that is possible now; drops it otherwise.
    virtual void log(const message::Message& message) = 0;

    /// Takes no new messages from now on; `on_stopped` comes when nothing is held or unconfirmed.
    virtual void stop() = 0;
};

} // namespace bus
