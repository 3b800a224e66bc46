#pragma once

#include "cli/invocation.hpp"
#include "registry/client.hpp"

#include <array>

namespace bandctl {

/// Where the registry is; the commands that ask it list this group.
inline constexpr std::array registry_option_table{
    cli::Option{.name = "registry",
                .kind = cli::Kind::text,
                .value = "URL",
                .help = "The service registry",
                .fallback = "http://127.0.0.1:8000",
                .variable = "SERVREG_URL"},
};

inline constexpr cli::OptionGroup registry_options{"Registry", registry_option_table};

/// Throws base::Error(usage | no_input).
registry::Client open_registry(const cli::Invocation& in, int stop_fd);

} // namespace bandctl
