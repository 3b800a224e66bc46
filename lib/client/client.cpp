#include "client/client.hpp"

#include "base/duration.hpp"
#include "base/url.hpp"
#include "cli/blame.hpp"

#include <algorithm>
#include <csignal>

namespace client {

using namespace std::chrono_literals;

namespace {

bus::BusOptions options_of(const cli::Invocation& in, std::chrono::milliseconds patience) {
    const cli::BusAddress address = in.bus();
    bus::BusOptions options;
    options.url = address.url;
    options.password = address.password.value_or("");
    options.prefix = *in.text("prefix");
    options.connect_timeout = std::min(*in.duration("connect-timeout"), patience);
    options.io_timeout = std::min<std::chrono::milliseconds>(10s, patience);
    return options;
}

void tell_where(cli::Invocation& in) {
    const cli::BusAddress address = in.bus();
    in.notice().detail("the bus is " + base::redact_url(address.url) + ", says " + address.source);
}

std::unique_ptr<bus::Bus> open(const cli::Invocation& in, const bus::BusOptions& options) {
    return cli::blaming(in.bus().source, [&options] { return bus::Bus::open(options); });
}

} // namespace

std::unique_ptr<bus::Bus> open_bus(cli::Invocation& in, std::chrono::milliseconds patience) {
    tell_where(in);
    return open(in, options_of(in, patience));
}

std::unique_ptr<bus::Bus> open_bus_to_write(cli::Invocation& in,
                                            std::chrono::milliseconds patience) {
    tell_where(in);
    bus::BusOptions options = options_of(in, patience);
    options.keep_entries = static_cast<std::uint64_t>(*in.integer("keep-entries"));
    options.keep_age = *in.duration("keep-age");
    return open(in, options);
}

redis::Config redis_of(const cli::Invocation& in, std::chrono::milliseconds patience) {
    const bus::BusOptions options = options_of(in, patience);
    redis::Config config = cli::blaming(in.bus().source, [&options] {
        return redis::config_from_url(base::Url::parse(options.url));
    });
    if (!options.password.empty())
        config.password = options.password;
    config.connect_timeout = options.connect_timeout;
    config.io_timeout = options.io_timeout;
    return config;
}

std::chrono::milliseconds patience_of(const cli::Invocation& in,
                                      std::chrono::milliseconds fallback) {
    if (!in.given("timeout"))
        return fallback;
    return in.timeout().value_or(std::chrono::hours{24 * 365 * 100});
}

void WaitNotice::on_waiting(const base::Error& why, std::chrono::milliseconds delay, int attempt) {
    const std::string text = why.subject() + ": " + why.why();
    if (!away_)
        in_.notice().say("waiting for the bus: " + text);
    else
        in_.notice().detail(text + "; attempt " + std::to_string(attempt + 1) + " in " +
                            base::format_duration(delay));
    away_ = true;
    if (on_attempt)
        on_attempt();
}

void WaitNotice::on_recovered() {
    away_ = false;
    in_.notice().say("the bus is back");
}

void WaitNotice::on_warning(const std::string& text) {
    in_.notice().warn(text);
}

base::Error stopped_by(const base::StopSignal& stop, std::string subject, std::string why,
                       std::string hint) {
    const auto kind =
        stop.requested() == SIGTERM ? base::ErrorKind::terminated : base::ErrorKind::interrupted;
    return {kind, std::move(subject), std::move(why), std::move(hint)};
}

} // namespace client
