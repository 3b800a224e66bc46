#pragma once

#include <filesystem>

namespace runtime {

/// Makes the folder, and those above it, and checks that it belongs to this user alone (mode 0700,
/// no symbolic link): others must not be able to put files there for us. Throws
/// Error(cannot_create), Error(no_permission).
void require_private_folder(const std::filesystem::path& folder);

/// Where locks live, gone after a reboot: XDG_RUNTIME_DIR/band, else /run/user/UID/band, else
/// /tmp/band-UID. Made where it is missing.
std::filesystem::path runtime_folder();

/// Where records and logs live: XDG_STATE_HOME/band, else ~/.local/state/band. Made where it is
/// missing. Throws Error(config) without a home.
std::filesystem::path state_folder();

} // namespace runtime
