#pragma once

#include <string>
#include <string_view>

namespace cli {

/// The text with the password of every URL in it replaced: redis://user:***@host. Also for texts
/// that are no URL at all but nearly: what could be a password is hidden rather than shown.
std::string redacted(std::string_view text);

/// Hides passwords of URLs in the process's visible arguments (proc(5), cmdline) by overwriting
/// them. Copy what is needed before. Returns whether there was one.
bool blank_passwords(int argc, char** argv) noexcept;

/// Keeps other processes of the user from reading this one's memory, and core dumps from being
/// written (prctl(2), PR_SET_DUMPABLE). To be called by whoever comes to hold a password.
void guard_memory() noexcept;

} // namespace cli
