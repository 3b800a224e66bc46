#pragma once

#include <cstdint>
#include <string>

namespace base {

/// `bits` (a multiple of 5, at most 125) of the kernel's randomness in lower-case base 32, five
/// bits a character: safe in keys, file names and shells.
std::string random_id(unsigned bits = 80);

/// The short host name, or "localhost" when it has none.
std::string host_name();

/// host-pid-random: names one running instance of a program.
std::string instance_name();

/// Uniform in [0, 1), for jitter; not for secrets.
double random_fraction();

} // namespace base
