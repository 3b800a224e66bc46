#pragma once

#include <string>
#include <string_view>

namespace cli {

/// A password or token: the first line of the file. Longer than any that a server takes is an
/// error, Error(no_input) that names the option.
std::string read_secret_file(std::string_view option, const std::string& path);

} // namespace cli
