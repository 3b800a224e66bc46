#include "tools/bandctl/token.hpp"

#include "cli/redact.hpp"
#include "cli/secret_file.hpp"

#include <cstdlib>

namespace bandctl {

std::string token_of(const cli::Invocation& in) {
    std::string token;
    if (const auto path = in.text("token-file"))
        token = cli::read_secret("--token-file", *path);
    else if (const char* const value = std::getenv("BAND_TOKEN"))
        token = value;
    if (!token.empty())
        cli::guard_memory();
    return token;
}

} // namespace bandctl
