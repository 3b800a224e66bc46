#pragma once

#include <string>
#include <string_view>

namespace base {

/// 16 hexadecimal digits that tell two texts apart but for a chance of 2^-64, the same on every
/// machine (FNV-1a, 64 bits). Protects nothing: who wants two alike can make them.
std::string text_hash(std::string_view text);

} // namespace base
