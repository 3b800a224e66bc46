#pragma once

#include "cli/parser.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// A number of 64 bits that is not negative. Throws base::Error(usage) without a subject.
std::int64_t parse_integer(std::string_view text);

/// Adds the parts of "A,B" to `values`; of pairs, a part without "=" belongs to the value before
/// it.
void split_list(std::vector<std::string>& values, std::string_view text, bool pairs);

/// Checks a value against the option's kind. Throws base::Error(usage) without a subject.
void check_kind(const Option& option, std::string_view value);

/// The same; the error names the option (usage), the variable or the place in a file (config).
void check_value(const Given& given, std::string_view value);

} // namespace cli
