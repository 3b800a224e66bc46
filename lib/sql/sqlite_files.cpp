#include "sql/sqlite_files.hpp"

#include <sys/stat.h>

namespace sql {

namespace {

constexpr mode_t permissions = 0777;

} // namespace

void follow_mode(const std::string& database) noexcept {
    // By name only: to close such a file would drop the locks that this process has on it.
    struct stat main {};
    if (::stat(database.c_str(), &main) != 0)
        return;
    for (const char* ending : {"-wal", "-shm"}) {
        const std::string file = database + ending;
        struct stat beside {};
        if (::lstat(file.c_str(), &beside) == 0 && S_ISREG(beside.st_mode) &&
            (beside.st_mode & permissions) != (main.st_mode & permissions))
            ::chmod(file.c_str(), main.st_mode & permissions); // not ours: then SQLite will say so
    }
}

} // namespace sql
