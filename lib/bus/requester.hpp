#pragma once

#include "bus/publisher.hpp"
#include "message/message.hpp"

#include <chrono>

namespace bus {

struct RequestOptions {
    std::chrono::milliseconds timeout = std::chrono::seconds{30};
    /// Fail at once, too, when the service is known but none of its instances is alive.
    bool need_instance = false;
    int stop_fd = -1;             // once readable, waiting ends with Error(interrupted)
    Observer* observer = nullptr; // outlives the call
};

/// Sends commands and waits for their results.
class Requester {
public:
    virtual ~Requester() = default;

    /// Sends `command` (reply_to and correlation_id are filled in where empty) and returns its
    /// result, of either status. Answers to other commands and second answers are ignored. Throws
    /// Error(unavailable) when nobody answers to that service, Error(timeout) that says how far
    /// the command got.
    virtual message::Message request(message::Message command, const RequestOptions& options) = 0;

    /// Sends `command` and returns once the bus has confirmed it.
    virtual void send(message::Message command, const RequestOptions& options) = 0;
};

} // namespace bus
