#include "base/error.hpp"
#include "base/printable.hpp"
#include "runtime/command.hpp"
#include "tools/bandctl/finding.hpp"

namespace bandctl {

Finding look_at_tmux(base::Deadline deadline) {
    const auto result = runtime::run_command({"tmux", "-V"}, {.deadline = deadline});
    std::string_view version = result.output; // "tmux 3.3a\n"
    if (result.status != 0 || !version.starts_with("tmux "))
        throw base::Error(base::ErrorKind::protocol, "tmux -V",
                          "says " + base::quoted(result.output) + " with exit status " +
                              std::to_string(result.status));
    version.remove_prefix(version.find(' ') + 1);
    Finding finding;
    finding.version = version.substr(0, version.find('\n'));
    return finding;
}

} // namespace bandctl
