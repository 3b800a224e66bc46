#include "cli/stderr_line.hpp"

#include <cerrno>
#include <unistd.h>

namespace cli {

void write_stderr(std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(STDERR_FILENO, text.data(), text.size());
        if (written < 0 && errno != EINTR)
            return;
        text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
}

void write_stderr_line(std::string line) {
    line += '\n';
    write_stderr(line);
}

} // namespace cli
