#include "tools/bandctl/open_host.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "cli/blame.hpp"
#include "cli/context_choice.hpp"
#include "cli/suggest.hpp"
#include "client/client.hpp"
#include "host/local_runtimes.hpp"
#include "host/remote_host.hpp"
#include "tools/bandctl/token.hpp"
#include "tools/this_machine.hpp"

#include <algorithm>
#include <set>

namespace bandctl {

using base::Error;
using base::ErrorKind;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<host::LocalHost> this_machine(cli::Invocation& in) {
    host::LocalConfig config = tools::local_config_of(in, client::patience_of(in, 10s));
    config.on_trouble = [&in, told = std::set<std::string>{}](std::string_view what,
                                                              const Error& error) mutable {
        if (!told.insert(error.what()).second)
            return;
        // The answer is not whole without what somebody named; the absence of the rest is no news.
        if (what == "docker" ? host::is_docker_expected()
                             : what != "bus" || in.bus().source != "the default")
            in.notice().warn(error.what());
        else
            in.notice().detail(error.what());
    };
    return std::make_unique<host::LocalHost>(std::move(config), host::local_runtimes());
}

} // namespace

std::unique_ptr<host::Host> open_host(cli::Invocation& in) {
    const auto director = in.setting("director");
    if (director.value.empty())
        return this_machine(in);
    return std::make_unique<host::RemoteHost>(parse_director(director.value, director.origin),
                                              token_of(in));
}

http::Endpoint parse_director(const std::string& url, const std::string& origin) {
    return cli::blaming(origin, [&url] {
        if (url.find("://") == url.npos)
            throw Error(ErrorKind::usage, "director " + base::quoted(url), "no URL",
                        "it looks like http://host:port, or unix:///path");
        return http::Endpoint::parse(url, host::director_port);
    });
}

std::unique_ptr<host::LocalHost> open_local_host(cli::Invocation& in, const std::string& command) {
    const auto director = in.setting("director");
    if (director.value.empty())
        return this_machine(in);
    const net::Address address = parse_director(director.value, director.origin).address;
    const bool here = net::names_loopback(address.host) || !address.unix_path.empty();
    throw Error(ErrorKind::usage, command,
                "needs a terminal of the machine where the service runs, and " + director.origin +
                    " names a director",
                here ? "if that is on this machine, say " + command + " --director ''"
                     : "go there: ssh -t " + address.host + " bandctl " + command);
}

host::Wait wait_of(const cli::Invocation& in, const base::StopSignal& stop,
                   std::chrono::milliseconds fallback) {
    return {base::Deadline::after(client::patience_of(in, fallback)), stop.fd()};
}

std::vector<cli::Candidate> service_names(cli::Invocation& before, std::string_view) {
    std::vector<cli::Candidate> found;
    for (const host::Service& service : open_host(before)->list({base::Deadline::after(150ms), -1}))
        found.push_back({service.name, ""});
    return found;
}

void throw_unknown(host::Host& host, std::string_view name, const host::Wait& wait) {
    std::vector<std::string> names;
    for (const host::Service& service : host.list(wait)) {
        if (service.name == name && service.answers)
            throw Error(ErrorKind::no, base::quoted(name), "only answers on the bus",
                        "it is looked after where it was started");
        if (service.name != name)
            names.push_back(service.name);
    }
    std::string hint = cli::did_you_mean(name, names);
    throw Error(ErrorKind::no, base::quoted(name), "there is no such service",
                hint.empty() ? "bandctl list shows all" : std::move(hint));
}

} // namespace bandctl
