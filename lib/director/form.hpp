#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace director {

using FormFields = std::vector<std::pair<std::string, std::string>>;

/// The fields of a query or of a body of type application/x-www-form-urlencoded (URL Standard,
/// section 5.1), in their order; "+" is a blank. Throws Error(usage) for a bad percent-encoding and
/// text that is not UTF-8.
FormFields parse_form(std::string_view text);

} // namespace director
