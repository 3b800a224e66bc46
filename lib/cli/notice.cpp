#include "cli/notice.hpp"

#include "base/printable.hpp"
#include "cli/progress.hpp"
#include "cli/redact.hpp"
#include "cli/stderr_line.hpp"

#include <unistd.h>
#include <utility>

namespace cli {

Notice::Notice(std::string tool, Level level)
    : tool_(std::move(tool)), level_(level), terminal_(::isatty(STDERR_FILENO) == 1) {}

void Notice::say(std::string_view text) {
    if (level_ == Level::verbose || (level_ == Level::normal && terminal_))
        print(text);
}

void Notice::detail(std::string_view text) {
    if (level_ == Level::verbose)
        print(text);
}

void Notice::warn(std::string_view text) {
    print(text);
}

void Notice::print(std::string_view text) {
    if (progress_ != nullptr)
        progress_->erase();
    write_stderr_line(tool_ + ": " + base::printable(redacted(text)));
}

} // namespace cli
