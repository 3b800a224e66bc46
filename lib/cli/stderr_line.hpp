#pragma once

#include <string>
#include <string_view>

namespace cli {

/// Writes one line to standard error in one system call, so that lines of several processes do not
/// mix. A failure is ignored: there is nowhere left to tell.
void write_stderr_line(std::string line);

/// The same without the newline.
void write_stderr(std::string_view text);

} // namespace cli
