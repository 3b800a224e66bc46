#pragma once

#include "cli/invocation.hpp"
#include "http/access.hpp"
#include "http/limits.hpp"
#include "net/address.hpp"

#include <array>

/// The options that every daemon with an HTTP server has.
namespace tools {

/// Who may use it; a daemon lists it beside its own --host and --port.
inline constexpr std::array access_option_table{
    cli::Option{.name = "token-file",
                .kind = cli::Kind::file,
                .help =
                    "Ask for one of the tokens in FILE: lines TOKEN, read TOKEN, operate TOKEN"},
    cli::Option{.name = "insecure",
                .help = "Let other machines in without a token",
                .variable = "BAND_INSECURE"},
    cli::Option{.name = "allow-host",
                .kind = cli::Kind::list,
                .value = "NAME",
                .help = "Also answer clients that call this server NAME; * takes all names"},
    cli::Option{.name = "cors-origin",
                .kind = cli::Kind::list,
                .value = "URL",
                .help = "Let web pages of URL, such as https://board.example, use it"},
};

inline constexpr cli::OptionGroup access_options{"Access", access_option_table};

/// What it puts up with.
inline constexpr std::array http_limit_table{
    cli::Option{.name = "max-connections",
                .kind = cli::Kind::integer,
                .value = "N",
                .help = "Connections at a time; more wait",
                .fallback = "10240"},
    cli::Option{.name = "max-connections-a-peer",
                .kind = cli::Kind::integer,
                .value = "N",
                .help = "Connections of one address, unless it is this machine's",
                .fallback = "256"},
    cli::Option{.name = "max-requests",
                .kind = cli::Kind::integer,
                .value = "N",
                .help = "Requests of one connection",
                .fallback = "1000"},
    cli::Option{.name = "max-body",
                .kind = cli::Kind::size,
                .value = "SIZE",
                .help = "Size of a request's body",
                .fallback = "8MiB"},
    cli::Option{.name = "max-header",
                .kind = cli::Kind::size,
                .value = "SIZE",
                .help = "Size of a request's head",
                .fallback = "32KiB"},
    cli::Option{.name = "header-timeout",
                .kind = cli::Kind::duration,
                .help = "How long a request's head may take",
                .fallback = "10s"},
    cli::Option{.name = "body-timeout",
                .kind = cli::Kind::duration,
                .help = "How long a request's body may take",
                .fallback = "30s"},
    cli::Option{.name = "idle-timeout",
                .kind = cli::Kind::duration,
                .help = "How long a connection may wait for its next request",
                .fallback = "60s"},
    cli::Option{.name = "send-timeout",
                .kind = cli::Kind::duration,
                .help = "How long a client may leave an answer unread",
                .fallback = "30s"},
};

inline constexpr cli::OptionGroup http_limit_options{"Limits", http_limit_table, true};

/// Reads the tokens. `bound` is a name by which clients call us. Throws base::Error.
http::AccessRules access_rules_of(cli::Invocation& in, const net::Address& bound);

http::Limits http_limits_of(cli::Invocation& in);

/// --host and --port. Throws base::Error(usage) for a port beyond 65535.
net::Address address_of(cli::Invocation& in);

} // namespace tools
