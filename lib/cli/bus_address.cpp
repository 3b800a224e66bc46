#include "cli/bus_address.hpp"

#include "base/error.hpp"
#include "cli/redact.hpp"
#include "cli/secret_file.hpp"

#include <cstdlib>

namespace cli {

namespace {

using base::Error;
using base::ErrorKind;

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

BusAddress from_environment() {
    auto redis = variable("REDIS_URL");
    auto amqp = variable("AMQP_URL");
    if (!redis.empty() && !amqp.empty())
        throw Error(ErrorKind::config, "REDIS_URL and AMQP_URL", "both are set",
                    "say which with BAND_BUS or --url");
    if (!redis.empty())
        return {std::move(redis), "REDIS_URL", {}};
    if (!amqp.empty())
        return {std::move(amqp), "AMQP_URL", {}};
    return {"redis://127.0.0.1:6379", "the default", {}};
}

std::string source_of(const Parsed& parsed, const Given& url) {
    switch (url.source) {
    case Source::command_line:
        return "--url";
    case Source::environment:
        return "BAND_BUS";
    case Source::context:
        break;
    }
    return context_origin(parsed, url.place);
}

BusAddress find_url(const Parsed& parsed) {
    if (!parsed.url.empty())
        return {parsed.url, "the argument", {}};
    if (const Given* url = parsed.find("url"))
        return {url->values.front(), source_of(parsed, *url), {}};
    return from_environment();
}

} // namespace

BusAddress find_bus(const Parsed& parsed) {
    auto address = find_url(parsed);
    if (const Given* file = parsed.find("password-file"))
        address.password = read_secret("--password-file", file->values.front());
    if (address.password || redacted(address.url) != address.url)
        guard_memory();
    return address;
}

} // namespace cli
