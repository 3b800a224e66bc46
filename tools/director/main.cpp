#include "base/error.hpp"
#include "base/file_limit.hpp"
#include "base/printable.hpp"
#include "cli/blame.hpp"
#include "cli/run_main.hpp"
#include "cli/shared_options.hpp"
#include "director/daemon.hpp"
#include "http/access.hpp"
#include "runtime/ports.hpp"
#include "tools/director/machine.hpp"
#include "tools/http_options.hpp"
#include "tools/this_machine.hpp"

#include <malloc.h>

namespace director {

std::span<const http::PageFile> page_files() noexcept;

namespace {

using base::Error;
using base::ErrorKind;

constexpr cli::Option listen_options[] = {
    {.name = "host",
     .kind = cli::Kind::text,
     .value = "HOST",
     .help = "Listen on this address; others than the loopback's want a token",
     .fallback = "127.0.0.1"},
    {.name = "port",
     .kind = cli::Kind::integer,
     .value = "PORT",
     .help = "Listen on this TCP port; 0 takes a free one, which is said",
     .fallback = "10000"},
    {.name = "unix-socket",
     .kind = cli::Kind::file,
     .help = "Also listen on this Unix socket, for its owner, root and group, without a token"},
    {.name = "strict-methods", .help = "What changes something takes POST only"},
    {.name = "envelope",
     .kind = cli::Kind::choice,
     .help = "How answers look where a client does not say: of the first generation or bare",
     .fallback = "v1",
     .choices = "v1|v2"},
};

constexpr cli::Option service_options[] = {
    {.name = "images",
     .kind = cli::Kind::text,
     .value = "FOLDERS",
     .help = "Where the folders of services are, separated by \":\"; ./services by default"},
    {.name = "port-range",
     .kind = cli::Kind::text,
     .value = "FIRST-LAST",
     .help = "The ports that services are given on this machine",
     .fallback = "8900-8999"},
    {.name = "bind",
     .kind = cli::Kind::text,
     .value = "ADDRESS",
     .help = "The address on which those ports listen",
     .fallback = "127.0.0.1"},
    {.name = "network",
     .kind = cli::Kind::text,
     .value = "NAME",
     .help = "The Docker network of containers"},
    {.name = "memory",
     .kind = cli::Kind::size,
     .value = "SIZE",
     .help = "The memory that a service may use where a request does not say; 0 is all",
     .fallback = "350MiB"},
    {.name = "build-within",
     .kind = cli::Kind::duration,
     .help = "The build of an image that takes longer than TIME is given up",
     .fallback = "15m"},
    {.name = "ready-within",
     .kind = cli::Kind::duration,
     .help = "A new service that does not answer within TIME is removed again",
     .fallback = "30s"},
};

constexpr cli::OptionGroup option_groups[] = {
    {"Listening", listen_options}, tools::access_options, {"Services", service_options},
    tools::http_limit_options,     cli::bus_options,
};

constexpr cli::Example examples[] = {
    {"Look after the services in ./services, on this machine only", "director"},
    {"Run one of them and call it", "curl -X POST http://127.0.0.1:10000/run/hello"},
    {"Let other machines in, with a token",
     "BAND_TOKEN=$(cat token) director --host 0.0.0.0 --allow-host band.example"},
    {"Use it from another machine", "BAND_TOKEN=$(cat token) bandctl list --director "
                                    "http://band.example:10000"},
};

constexpr std::string_view description =
    "Runs, stops, lists and calls the services of this machine, over HTTP and over Redis, and sees "
    "to it that those run which should: after a reboot, after Docker was away, after a crash. "
    "Shows "
    "them on a page at /. Runs until it is stopped by SIGINT or SIGTERM.";

runtime::PortRange port_range_of(const std::string& text) {
    if (const auto range = runtime::parse_port_range(text))
        return *range;
    throw Error(ErrorKind::usage, "--port-range", "must be FIRST-LAST, such as 8900-8999");
}

std::string bind_address_of(const std::string& text) {
    if (net::is_ip_address(text))
        return text;
    throw Error(ErrorKind::usage, "address " + base::quoted(text), "is no IP address",
                "127.0.0.1 is this machine only, 0.0.0.0 everybody");
}

host::LocalConfig machine_config_of(cli::Invocation& in) {
    host::LocalConfig config = tools::local_config_of(in, std::chrono::seconds{10});
    if (!config.bus)
        throw Error(ErrorKind::usage, "director", "needs a bus on Redis",
                    "name it with --url redis://HOST:PORT");
    config.ready_within = *in.duration("ready-within");
    return config;
}

Settings settings_of(cli::Invocation& in, const redis::Config& redis) {
    Settings settings{.redis = redis};
    settings.addresses.push_back(tools::address_of(in));
    settings.http.access = tools::access_rules_of(in, settings.addresses[0]);
    if (const auto path = in.text("unix-socket"))
        settings.addresses.push_back({.host = {}, .unix_path = *path});
    settings.limits = tools::http_limits_of(in);
    settings.http.strict_methods = in.flag("strict-methods");
    settings.http.envelope = in.choice("envelope") == "v2" ? Envelope::bare : Envelope::wrapped;
    settings.defaults.ports = cli::blaming(in.origin("port-range"),
                                           [&in] { return port_range_of(*in.text("port-range")); });
    settings.defaults.memory_bytes = *in.size("memory");
    settings.defaults.build_within = *in.duration("build-within");
    settings.defaults.bind_address =
        cli::blaming(in.origin("bind"), [&in] { return bind_address_of(*in.text("bind")); });
    settings.defaults.network = in.text("network").value_or("");
    return settings;
}

void run(cli::Invocation& in) {
    // Each thread's own arena would keep what it once needed.
    ::mallopt(M_ARENA_MAX, 2);
    base::raise_file_limit();
    const host::LocalConfig config = machine_config_of(in);
    const Settings settings = settings_of(in, *config.bus);
    service::Diagnostics diagnostics{"director", in.notice().level()};
    const std::string exposed =
        http::check_exposure(settings.addresses[0], settings.http.access.tokens,
                             in.flag("insecure"), http::OpenPolicy::refuse);
    if (!exposed.empty())
        diagnostics.warn(exposed);
    Daemon daemon{settings, machine_of(config, diagnostics), page_files(), diagnostics};
    daemon.run(
        [&](const net::Address& address) { diagnostics.info("listening on " + address.text()); });
}

} // namespace

} // namespace director

int main(int argc, char** argv) {
    using namespace director;
    const cli::Command command{
        .name = "director",
        .args = "[URL]",
        .summary = "Look after this machine's services, over HTTP",
        .description = description,
        .examples = examples,
        .options = option_groups,
        .run = run,
    };
    return cli::run_main(argc, argv, command);
}
