#pragma once

#include <string>
#include <string_view>

namespace runtime {

/// The value of a variable as people may see it: "***" where the name says that it is a secret
/// (*PASS*, *TOKEN*, *SECRET*, *KEY*), without user and password where it holds a URL or DSN.
std::string shown_value(std::string_view name, std::string_view value);

} // namespace runtime
