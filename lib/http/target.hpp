#pragma once

#include <string>
#include <string_view>

namespace http {

/// Percent-encodes all but the unreserved characters of RFC 3986, 2.3: right for a part of a path
/// and for a value in a query.
std::string percent_encoded(std::string_view text);

/// Appends "?name=value", or "&name=value" where the target has a query already; `name` is put
/// there as it is.
void add_parameter(std::string& target, std::string_view name, std::string_view value);

} // namespace http
