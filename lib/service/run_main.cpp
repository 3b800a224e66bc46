#include "service/run_main.hpp"

#include "base/id.hpp"
#include "cli/run_main.hpp"
#include "cli/shared_options.hpp"
#include "client/client.hpp"
#include "service/diagnostics.hpp"

#include <array>

namespace service {

namespace {

constexpr std::array option_table{
    cli::Option{.name = "prefetch",
                .kind = cli::Kind::integer,
                .value = "N",
                .help = "Hold at most N messages at once",
                .fallback = "100"},
    cli::Option{.name = "retry-delay",
                .kind = cli::Kind::duration,
                .help = "Try a message that failed once more after TIME",
                .fallback = "1s"},
    cli::Option{.name = "stop-timeout",
                .kind = cli::Kind::duration,
                .help = "At a stop, let what runs go on for TIME, then hand it back",
                .fallback = "10s"},
    cli::Option{.name = "liveness",
                .kind = cli::Kind::duration,
                .help = "Other instances take the work over after TIME of silence",
                .fallback = "3s"},
    cli::Option{.name = "instance",
                .kind = cli::Kind::text,
                .value = "NAME",
                .help = "Name of this instance, unique; HOST-PID-RANDOM if not given",
                .variable = {}},
};

constexpr std::array groups{cli::OptionGroup{"Service", option_table}, cli::retention_options,
                            cli::bus_options};

// The command table holds plain functions; a process has one main function and so one service.
Service* served = nullptr;

void serve(cli::Invocation& in) {
    const auto bus = client::open_bus_to_write(in, std::chrono::seconds{10});
    Diagnostics diagnostics{served->name(), in.notice().level()};
    InstanceOptions options = instance_options_of(in);
    if (served->has_methods())
        options.calls = client::redis_of(in, std::chrono::seconds{10});
    served->run(*bus, std::move(options), diagnostics);
}

} // namespace

std::span<const cli::Option> instance_options() noexcept {
    return option_table;
}

InstanceOptions instance_options_of(const cli::Invocation& in) {
    InstanceOptions options;
    options.consumer.prefetch =
        static_cast<std::size_t>(std::max<std::int64_t>(1, in.integer("prefetch").value_or(100)));
    options.consumer.liveness = std::max<std::chrono::milliseconds>(*in.duration("liveness"),
                                                                    std::chrono::milliseconds{300});
    options.consumer.instance = in.text("instance").value_or(base::instance_name());
    options.retry_delay = *in.duration("retry-delay");
    options.stop_timeout = *in.duration("stop-timeout");
    return options;
}

int run_main(int argc, char** argv, Service& service) {
    served = &service;
    const cli::Command command{
        .name = service.name(),
        .args = "[URL]",
        .summary = "A service on the bus",
        .description = "Runs until it is stopped by SIGINT or SIGTERM. Several instances share the "
                       "work.",
        .options = groups,
        .run = serve,
    };
    return cli::run_main(argc, argv, command);
}

} // namespace service
