#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace base {

/// Reads "16MiB", "64k" (1024, as GNU tools do), "10MB" (powers of 1000) or a bare number of bytes;
/// a fraction is allowed and rounded up. Throws Error(usage) without a subject, so that the caller
/// can name the option or variable the text came from.
std::uint64_t parse_byte_size(std::string_view text);

/// For people: "512 B", "1.5 KiB", "16 MiB"; one decimal at most.
std::string format_byte_size(std::uint64_t bytes);

} // namespace base
