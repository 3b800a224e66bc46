#include "tools/http_options.hpp"

#include "base/error.hpp"
#include "base/id.hpp"
#include "cli/redact.hpp"

#include <algorithm>
#include <cstdlib>

namespace tools {

namespace {

std::size_t at_least(std::uint64_t least, std::optional<std::uint64_t> value) {
    return static_cast<std::size_t>(std::max(least, *value));
}

} // namespace

http::AccessRules access_rules_of(cli::Invocation& in, const net::Address& bound) {
    http::AccessRules rules{
        .hosts = in.list("allow-host"), .origins = in.list("cors-origin"), .tokens = {}};
    rules.hosts.push_back(bound.host);
    rules.hosts.push_back(base::host_name());
    if (const auto path = in.text("token-file"))
        rules.tokens.read_file(*path);
    if (const char* const token = std::getenv("BAND_TOKEN"); token != nullptr && *token != '\0')
        rules.tokens.add(token, http::Role::operate);
    if (!rules.tokens.empty())
        cli::guard_memory();
    return rules;
}

http::Limits http_limits_of(cli::Invocation& in) {
    const auto count = [&](std::string_view name) {
        return at_least(1, static_cast<std::uint64_t>(*in.integer(name)));
    };
    http::Limits limits;
    limits.connections = count("max-connections");
    limits.connections_a_peer = count("max-connections-a-peer");
    limits.requests_a_connection = count("max-requests");
    limits.body_bytes = at_least(1, in.size("max-body"));
    limits.buffered_bytes = std::max(limits.buffered_bytes, 2 * limits.body_bytes);
    limits.header_bytes = at_least(1024, in.size("max-header"));
    limits.header_time = *in.duration("header-timeout");
    limits.body_time = *in.duration("body-timeout");
    limits.idle_time = *in.duration("idle-timeout");
    limits.send_time = *in.duration("send-timeout");
    return limits;
}

net::Address address_of(cli::Invocation& in) {
    const std::int64_t port = *in.integer("port");
    if (port > 65535)
        throw base::Error(base::ErrorKind::usage, "--port", "a port is at most 65535");
    return {.host = *in.text("host"), .port = static_cast<std::uint16_t>(port)};
}

} // namespace tools
