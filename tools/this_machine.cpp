#include "tools/this_machine.hpp"

#include "base/percent.hpp"
#include "base/url.hpp"
#include "client/client.hpp"
#include "host/local_runtimes.hpp"
#include "net/address.hpp"
#include "runtime/runtime.hpp"
#include "runtime/service_folder.hpp"

#include <algorithm>
#include <cstdlib>

namespace tools {

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

/// What containers reach the bus by: the name that REDIS_HOST_ISOLATED gives (WIRE.md 1.5), and for
/// the loopback of this machine, which is not theirs, the name that they have for the machine.
std::string url_from_container(const std::string& text) {
    if (!text.starts_with("redis://"))
        return text;
    const base::Url url = base::Url::parse(text);
    const char* const isolated = std::getenv("REDIS_HOST_ISOLATED");
    std::string host = isolated == nullptr ? "" : isolated;
    if (host.empty() && (url.host.empty() || net::names_loopback(url.host)))
        host = runtime::host_name_in_containers;
    if (host.empty())
        return text;
    const std::size_t at = text.rfind('@');
    const std::size_t start = at == text.npos ? std::string_view{"redis://"}.size() : at + 1;
    const std::size_t end = std::min(text.find('/', start), text.size());
    const std::size_t port = text.rfind(':', end);
    return text.substr(0, start) + host +
           (url.port == 0 || port == text.npos ? "" : text.substr(port, end - port)) +
           text.substr(end);
}

} // namespace

host::LocalConfig local_config_of(cli::Invocation& in, std::chrono::milliseconds patience) {
    host::LocalConfig config;
    config.images = host::local_images;
    config.is_there = [](std::string_view runtime) {
        return runtime == "docker" && host::is_docker_there();
    };
    config.path = runtime::ServicePath{in.setting("images").value};
    if (const char* const url = std::getenv("BAND_URL"))
        config.band_url = url; // as the original hands it on
    const cli::BusAddress address = in.bus();
    if (!address.url.starts_with("amqp")) {
        config.bus = client::redis_of(in, patience);
        config.bus_url = whole_url(address);
        config.container_bus_url = url_from_container(config.bus_url);
    }
    return config;
}

} // namespace tools
