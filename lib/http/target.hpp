#pragma once

#include <string>
#include <string_view>

namespace http {

/// Appends "?name=value", or "&name=value" where the target has a query already; `name` is put
/// there as it is.
void add_parameter(std::string& target, std::string_view name, std::string_view value);

} // namespace http
