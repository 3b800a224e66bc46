#include "http/endpoint.hpp"

#include "base/error.hpp"
#include "base/url.hpp"

namespace http {

using base::Error;
using base::ErrorKind;

namespace {

[[noreturn]] void refuse(std::string_view url, std::string why, std::string hint = {}) {
    throw Error(ErrorKind::usage, "URL \"" + base::redact_url(url) + "\"", std::move(why),
                std::move(hint));
}

} // namespace

Endpoint Endpoint::parse(std::string_view text, std::uint16_t default_port) {
    const base::Url url = base::Url::parse(text);
    Endpoint endpoint;
    if (!url.query.empty())
        refuse(text, "a query is not expected here");
    if (!url.user.empty() || !url.password.empty())
        refuse(text, "a user or password is not expected here", "use a token");
    if (url.scheme == "unix") {
        if (!url.host.empty() || url.path.empty())
            refuse(text, "no path of a socket", "it looks like unix:///run/docker.sock");
        endpoint.address.unix_path = url.path;
        return endpoint;
    }
    endpoint.tls = url.scheme == "https";
    if (!endpoint.tls && url.scheme != "http")
        refuse(text, "neither http, https nor unix", "it looks like http://host:port");
    if (url.host.empty())
        refuse(text, "no host");
    endpoint.address.host = url.host;
    const std::uint16_t usual = endpoint.tls ? 443 : 80;
    endpoint.address.port = url.port != 0 ? url.port : default_port != 0 ? default_port : usual;
    endpoint.prefix = url.path;
    while (endpoint.prefix.ends_with('/'))
        endpoint.prefix.pop_back();
    return endpoint;
}

std::string Endpoint::url() const {
    if (!address.unix_path.empty())
        return "unix://" + address.unix_path;
    return (tls ? "https://" : "http://") + address.text() + prefix;
}

} // namespace http
