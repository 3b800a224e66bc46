#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "message/message.hpp"

#include <chrono>
#include <cstdint>

namespace bus {

/// Told when the bus is away and when it is back, so that a program can say so. Called on the
/// thread that waits, never concurrently.
class Observer {
public:
    /// Attempt number `attempt` failed with `why`; the next one comes after `delay`.
    virtual void on_waiting(const base::Error& why, std::chrono::milliseconds delay,
                            int attempt) = 0;
    virtual void on_recovered() = 0;
    /// Something that the user should know and nobody else will say, e.g. messages lost by the
    /// server.
    virtual void on_warning(const std::string& text) = 0;
    /// A normal change of state, for who watches.
    virtual void on_note(const std::string& text) { static_cast<void>(text); }

protected:
    ~Observer() = default;
};

struct PublisherOptions {
    /// How long a server that is away, or cannot take writes, is waited for; counted anew after
    /// every confirmation.
    std::chrono::milliseconds retry_for = std::chrono::seconds{10};
    /// The end of all waiting, whatever was confirmed meanwhile.
    base::Deadline deadline = base::Deadline::never();
    /// Refuse a message that no service is subscribed to (Error(no)).
    bool mandatory = false;
    /// Once this descriptor is readable, waiting ends with Error(interrupted); -1 for none.
    int stop_fd = -1;
    Observer* observer = nullptr; // outlives the publisher
};

/// Puts messages on the bus, pipelined, in order, each confirmed by the server exactly once also
/// across lost connections.
class Publisher {
public:
    virtual ~Publisher() = default;

    /// Queues one message and sends when a batch is full; waits while too much is unconfirmed.
    /// Throws Error(data) for a message that the bus cannot carry, and what the server says.
    virtual void publish(const message::Message& message) = 0;

    /// Sends what is queued without waiting for its confirmation.
    virtual void send() = 0;

    /// Sends what is queued and returns when all of it is confirmed.
    virtual void flush() = 0;

    /// After a stop signal: waits for what is in flight, `grace` at most, and repeats nothing. Does
    /// not throw; `confirmed` tells how far it got.
    virtual void finish(std::chrono::milliseconds grace) = 0;

    /// Messages confirmed so far: the first that many of those given to `publish`.
    [[nodiscard]] virtual std::uint64_t confirmed() const noexcept = 0;

    /// Messages that were sent and not confirmed: after a failure, those that may be there or not.
    [[nodiscard]] virtual std::uint64_t unconfirmed() const noexcept = 0;

    /// The bus's own id of the last confirmed message of a batch of one; empty where it has none.
    [[nodiscard]] virtual const std::string& last_id() const noexcept = 0;
};

} // namespace bus
