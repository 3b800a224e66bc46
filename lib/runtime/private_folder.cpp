#include "runtime/private_folder.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"

#include <cerrno>
#include <cstdlib>
#include <pwd.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace runtime {

namespace fs = std::filesystem;

using base::Error;
using base::ErrorKind;

namespace {

/// Empty for what is not set or, as the XDG specification asks for, no absolute path.
fs::path absolute_path_in(const char* variable) {
    const char* const value = std::getenv(variable);
    return value != nullptr && *value == '/' ? fs::path{value} : fs::path{};
}

/// Jobs of cron and units of systemd may have no HOME.
fs::path home_folder() {
    if (fs::path home = absolute_path_in("HOME"); !home.empty())
        return home;
    const passwd* const user = ::getpwuid(::geteuid());
    return user != nullptr && user->pw_dir != nullptr && *user->pw_dir == '/' ? user->pw_dir : "";
}

} // namespace

void require_private_folder(const fs::path& folder) {
    std::error_code failure;
    if (folder.has_parent_path())
        fs::create_directories(folder.parent_path(), failure);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        throw Error(ErrorKind::cannot_create, base::quoted(folder.string()),
                    base::errno_text(errno),
                    "XDG_STATE_HOME and XDG_RUNTIME_DIR name other places");
    struct stat info {};
    if (::lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode))
        throw Error(ErrorKind::cannot_create, base::quoted(folder.string()), "is no folder");
    if (info.st_uid != ::geteuid())
        throw Error(ErrorKind::no_permission, base::quoted(folder.string()),
                    "belongs to another user", "remove it, or set XDG_RUNTIME_DIR");
    if ((info.st_mode & 077) != 0 && ::chmod(folder.c_str(), 0700) != 0)
        throw Error(ErrorKind::no_permission, base::quoted(folder.string()),
                    "is open to other users", "chmod 700 it");
}

fs::path runtime_folder() {
    const std::string uid = std::to_string(::geteuid());
    fs::path base = absolute_path_in("XDG_RUNTIME_DIR");
    if (base.empty() && ::access(("/run/user/" + uid).c_str(), W_OK) == 0)
        base = "/run/user/" + uid;
    const fs::path folder = base.empty() ? fs::path{"/tmp/band-" + uid} : base / "band";
    require_private_folder(folder);
    return folder;
}

fs::path state_folder() {
    fs::path base = absolute_path_in("XDG_STATE_HOME");
    if (base.empty()) {
        base = home_folder();
        if (base.empty())
            throw Error(ErrorKind::config, "HOME", "is not set to a folder",
                        "set it, or XDG_STATE_HOME");
        base = base / ".local" / "state";
    }
    fs::path folder = base / "band";
    require_private_folder(folder);
    return folder;
}

} // namespace runtime
