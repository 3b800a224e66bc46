#pragma once

#include "cli/invocation.hpp"
#include "registry/client.hpp"

#include <array>

namespace bandctl {

/// Where the registry is; locate and register list this group.
inline constexpr std::array registry_option_table{
    cli::Option{.name = "registry",
                .kind = cli::Kind::text,
                .value = "URL",
                .help = "The service registry",
                .fallback = "http://127.0.0.1:8000",
                .variable = "SERVREG_URL"},
    cli::Option{.name = "token-file",
                .kind = cli::Kind::file,
                .help = "Read the token for the registry from the first line of FILE; without it "
                        "BAND_TOKEN is the token"},
};

inline constexpr cli::OptionGroup registry_options{"Registry", registry_option_table};

/// --token-file or BAND_TOKEN; empty without. Throws base::Error(no_input).
std::string registry_token(const cli::Invocation& in);

/// Throws base::Error(usage | no_input).
registry::Client open_registry(const cli::Invocation& in, int stop_fd);

} // namespace bandctl
