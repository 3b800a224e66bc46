#include "tools/bandctl/open_host.hpp"

#include "base/error.hpp"
#include "base/percent.hpp"
#include "base/printable.hpp"
#include "cli/context_choice.hpp"
#include "cli/suggest.hpp"
#include "client/client.hpp"
#include "runtime/tmux_runtime.hpp"

#include <cstdlib>

namespace bandctl {

using base::Error;
using base::ErrorKind;
using namespace std::chrono_literals;

namespace {

/// The address of the bus with the password that a file held, for programs that get no file.
std::string whole_url(const cli::BusAddress& address) {
    if (!address.password)
        return address.url;
    const base::Url url = base::Url::parse(address.url);
    const std::string password = base::percent_encoded(*address.password);
    if (url.scheme == "unix")
        return address.url + (url.query.empty() ? "?" : "&") + "password=" + password;
    const std::string host = url.host.find(':') == url.host.npos ? url.host : "[" + url.host + "]";
    return url.scheme + "://" + base::percent_encoded(url.user) + ":" + password + "@" + host +
           (url.port == 0 ? "" : ":" + std::to_string(url.port)) + url.path;
}

/// What containers reach the bus by, where that is another name (WIRE.md 1.5).
std::string url_from_container(const std::string& text) {
    const char* const host = std::getenv("REDIS_HOST_ISOLATED");
    if (host == nullptr || *host == '\0' || !text.starts_with("redis://"))
        return text;
    const base::Url url = base::Url::parse(text);
    const std::size_t at = text.rfind('@');
    const std::size_t start = at == text.npos ? std::string_view{"redis://"}.size() : at + 1;
    const std::size_t end = std::min(text.find('/', start), text.size());
    const std::size_t port = text.rfind(':', end);
    return text.substr(0, start) + host +
           (url.port == 0 || port == text.npos ? "" : text.substr(port, end - port)) +
           text.substr(end);
}

std::vector<std::unique_ptr<runtime::Runtime>> open_runtimes() {
    std::vector<std::unique_ptr<runtime::Runtime>> runtimes;
    runtimes.push_back(
        std::make_unique<runtime::TmuxRuntime>(runtime::TmuxConfig::from_environment()));
    return runtimes;
}

std::unique_ptr<host::LocalHost> this_machine(cli::Invocation& in) {
    host::LocalConfig config;
    config.path = runtime::ServicePath{in.setting("images").value};
    const cli::BusAddress address = in.bus();
    if (!address.url.starts_with("amqp")) {
        config.bus = client::redis_of(in, client::patience_of(in, 10s));
        config.bus_url = whole_url(address);
        config.container_bus_url = url_from_container(config.bus_url);
    }
    config.on_trouble = [&in](const Error& error) { in.notice().say(error.what()); };
    return std::make_unique<host::LocalHost>(std::move(config), open_runtimes());
}

} // namespace

std::unique_ptr<host::Host> open_host(cli::Invocation& in) {
    return this_machine(in);
}

std::unique_ptr<host::LocalHost> open_local_host(cli::Invocation& in, std::string_view what) {
    if (const auto director = in.setting("director"); !director.value.empty())
        throw Error(ErrorKind::usage, std::string(what),
                    "works on this machine only, but " + director.origin + " names a director",
                    "say --director ''");
    return this_machine(in);
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
    for (const host::Service& service : host.list(wait))
        names.push_back(service.name);
    std::string hint = cli::did_you_mean(name, names);
    throw Error(ErrorKind::no, base::quoted(name), "there is no such service",
                hint.empty() ? "bandctl list shows all" : std::move(hint));
}

} // namespace bandctl
