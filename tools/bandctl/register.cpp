#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "net/stream.hpp"
#include "tools/bandctl/foreground.hpp"
#include "tools/bandctl/pinger.hpp"
#include "tools/bandctl/registry_options.hpp"

#include <algorithm>
#include <netdb.h>
#include <sys/socket.h>

namespace bandctl {

namespace {

using base::Error;
using base::ErrorKind;
using registry::Instance;

constexpr cli::Option own_options[] = {
    {.name = "port",
     .letter = 'p',
     .kind = cli::Kind::integer,
     .value = "PORT",
     .help = "The port that the program listens on",
     .variable = ""},
    {.name = "host",
     .kind = cli::Kind::text,
     .value = "HOST",
     .help = "Where others reach it; without it the address that this machine has towards the "
             "registry",
     .variable = ""},
    {.name = "service-url",
     .kind = cli::Kind::text,
     .value = "URL",
     .help = "Register http://… instead of host and port",
     .variable = ""},
    {.name = "interval",
     .kind = cli::Kind::duration,
     .help = "How often to renew; the registry forgets after 60s",
     .fallback = "25s"},
};

constexpr cli::OptionGroup groups[] = {{"Place", own_options}, registry_options};

constexpr cli::Example examples[] = {
    {"A program that listens on port 9000",
     "bandctl register billing --port 9000 -- ./billing --listen 9000"},
    {"One that is reached through a proxy",
     "bandctl register shop --service-url https://shop.example/api -- ./shop"},
};

/// A registry is not to be pinged as fast as it answers.
constexpr std::chrono::milliseconds shortest_interval{100};

/// The address of ours from which packets to the registry would go; no packet is sent.
std::string own_address(const net::Address& registry) {
    if (!registry.unix_path.empty())
        return "127.0.0.1";
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(registry.host.c_str(), std::to_string(registry.port).c_str(), &hints,
                      &found) != 0)
        return {};
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all{found, ::freeaddrinfo};
    for (const addrinfo* to = found; to != nullptr; to = to->ai_next) {
        const base::UniqueFd socket{::socket(to->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
        sockaddr_storage own{};
        socklen_t size = sizeof own;
        auto* const generic = reinterpret_cast<sockaddr*>(&own);
        char text[NI_MAXHOST];
        if (socket && ::connect(socket.get(), to->ai_addr, to->ai_addrlen) == 0 &&
            ::getsockname(socket.get(), generic, &size) == 0 &&
            ::getnameinfo(generic, size, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0)
            return text;
    }
    return {};
}

Instance instance_of(const cli::Invocation& in) {
    Instance instance{.name = *in.arg(0), .host = {}, .port = 0, .url = {}};
    if (in.given("service-url") == in.given("port") ||
        (in.given("service-url") && in.given("host")))
        throw Error(ErrorKind::usage, "register", "needs either --port or --service-url",
                    "--port may have a --host");
    if (in.given("service-url")) {
        instance.url = *in.text("service-url");
    } else {
        const std::int64_t port = *in.integer("port");
        instance.port = port > 65535 ? std::uint16_t{0} : static_cast<std::uint16_t>(port);
        instance.host = in.text("host").value_or("");
        if (instance.host.empty())
            instance.host = own_address(open_registry(in, -1).endpoint().address);
        if (instance.host.empty())
            throw Error(ErrorKind::usage, "--host", "is missing",
                        "no own address towards the registry is known");
    }
    try {
        check(instance);
    } catch (const Error& error) {
        throw Error(ErrorKind::usage, (error.subject() == "name" ? "" : "--") + error.subject(),
                    error.why());
    }
    return instance;
}

cli::ExitCode run(cli::Invocation& in) {
    const Instance instance = instance_of(in);
    open_registry(in, -1); // what is wrong with its address is said before anything runs
    Foreground program;
    program.start(in.rest());
    const Pinger pinger{
        [&in](int stop_fd) { return open_registry(in, stop_fd); }, instance,
        std::max<std::chrono::milliseconds>(*in.duration("interval"), shortest_interval),
        in.notice()};
    return static_cast<cli::ExitCode>(program.wait());
}

} // namespace

extern const cli::Command register_command;
const cli::Command register_command{
    .name = "register",
    .args = "NAME -- PROGRAM [ARG...]",
    .summary = "Run a program that is in the registry meanwhile",
    .group = "Registry",
    .description =
        "Runs PROGRAM and keeps it registered under NAME until it ends; then it is taken out of "
        "the registry. Signals are passed on to it, and its exit status is that of bandctl; 125, "
        "126 and 127 say that it could not be run, is not executable, was not found.\n"
        "A registry that cannot be reached does not keep the program from running: it is tried "
        "again all the time.",
    .examples = examples,
    .options = groups,
    .run = run,
};

} // namespace bandctl
