#include "tools/bandctl/registry_options.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"

#include <cstdlib>
#include <fstream>

namespace bandctl {

std::string registry_token(const cli::Invocation& in) {
    const auto path = in.text("token-file");
    if (!path) {
        const char* const token = std::getenv("BAND_TOKEN");
        return token == nullptr ? "" : token;
    }
    std::ifstream file{*path};
    std::string token;
    if (!std::getline(file, token))
        throw base::Error(base::ErrorKind::no_input, "--token-file " + base::quoted(*path),
                          "cannot be read, or is empty");
    return token;
}

registry::Client open_registry(const cli::Invocation& in, int stop_fd) {
    return registry::Client{*in.text("registry"), registry_token(in), stop_fd};
}

} // namespace bandctl
