#include "tools/bandctl/registry_options.hpp"

#include "cli/blame.hpp"
#include "tools/bandctl/token.hpp"

namespace bandctl {

registry::Client open_registry(const cli::Invocation& in, int stop_fd) {
    return cli::blaming(in.origin("registry"), [&] {
        return registry::Client{*in.text("registry"), token_of(in), stop_fd};
    });
}

} // namespace bandctl
