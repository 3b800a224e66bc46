#include "bus/over_redis/bus.hpp"

#include "bus/over_redis/consumer.hpp"
#include "bus/over_redis/follower.hpp"
#include "bus/over_redis/publisher.hpp"
#include "bus/over_redis/requester.hpp"

namespace bus::over_redis {

Bus::Bus(const BusOptions& options)
    : options_(options), config_(redis::config_from_url(base::Url::parse(options.url))) {
    if (!options.password.empty())
        config_.password = options.password;
    config_.connect_timeout = options.connect_timeout;
    config_.io_timeout = options.io_timeout;
}

std::unique_ptr<bus::Publisher> Bus::publisher(const PublisherOptions& options) {
    return std::make_unique<Publisher>(options_, config_, options);
}

std::unique_ptr<bus::Requester> Bus::requester() {
    return std::make_unique<Requester>(options_, config_);
}

std::unique_ptr<bus::Follower> Bus::follower(loop::EventLoop& loop, FollowOptions options,
                                             FollowHandler& handler, Observer& observer) {
    return std::make_unique<Follower>(loop, config_, options_.prefix, std::move(options), handler,
                                      observer);
}

std::unique_ptr<bus::Consumer> Bus::consumer(loop::EventLoop& loop, ConsumerOptions options,
                                             ConsumerHandler& handler, Observer& observer) {
    return std::make_unique<Consumer>(loop, options_, config_, std::move(options), handler,
                                      observer);
}

std::vector<std::string> Bus::topics(message::Kind kind) {
    redis::Client client{config_};
    const auto reply = client.call(
        "list the topics",
        {"ZRANGEBYSCORE", Keys{options_.prefix}.index(kind), "0", "0", "LIMIT", "0", "1000"},
        base::Deadline::after(config_.connect_timeout));
    std::vector<std::string> names;
    for (const redis::Reply& topic : reply.elements)
        names.push_back(topic.text);
    return names;
}

} // namespace bus::over_redis
