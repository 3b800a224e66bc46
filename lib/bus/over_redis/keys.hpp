#pragma once

#include "message/message.hpp"

#include <string>
#include <string_view>

namespace bus::over_redis {

/// The names of everything the bus keeps in Redis (DESIGN.md section 3.1). The braces are Redis
/// Cluster's hash tag.
class Keys {
public:
    /// A colon is put behind a prefix that ends in a letter or digit.
    explicit Keys(std::string prefix);

    /// The stream of a topic: an event's or configuration's name, the head of a command's or
    /// result's routing key, the service of a log message.
    [[nodiscard]] std::string stream(message::Kind kind, std::string_view topic) const;
    [[nodiscard]] std::string dead(std::string_view service) const;
    [[nodiscard]] std::string mark(std::string_view topic, std::string_view publisher) const;
    [[nodiscard]] std::string alive(std::string_view service, std::string_view consumer) const;
    /// The sorted set of the topics of a kind, and the channel on which new ones are announced.
    [[nodiscard]] std::string index(message::Kind kind) const;

private:
    std::string prefix_;
};

/// The topic in whose stream a message with this routing key lives.
std::string_view topic_of(message::Kind kind, std::string_view routing_key) noexcept;

/// Throws Error(data) for a routing key that a bus cannot carry: empty, over 255 bytes (the limit
/// of AMQP 0-9-1), with control characters, or with braces, which would break the hash tag.
void check_routing_key(std::string_view routing_key);

} // namespace bus::over_redis
