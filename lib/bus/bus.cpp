#include "bus/bus.hpp"

#include "base/error.hpp"
#include "base/url.hpp"
#include "bus/over_redis/bus.hpp"

namespace bus {

std::unique_ptr<Bus> Bus::open(const BusOptions& options) {
    const std::string scheme = base::Url::parse(options.url).scheme;
    if (scheme == "amqp" || scheme == "amqps")
        throw base::Error(base::ErrorKind::usage, "URL \"" + base::redact_url(options.url) + "\"",
                          "RabbitMQ is not supported yet", "use a redis:// URL");
    return std::make_unique<over_redis::Bus>(options);
}

} // namespace bus
