#pragma once

#include <string>
#include <string_view>

namespace cli {

/// The first line of a file that holds a password or token; longer than any that a server takes is
/// an error. Throws base::Error(no_input), which names `option` and the file.
std::string read_secret(std::string_view option, const std::string& path);

} // namespace cli
