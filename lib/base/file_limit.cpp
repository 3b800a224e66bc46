#include "base/file_limit.hpp"

#include <sys/resource.h>

namespace base {

std::size_t file_limit() noexcept {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024; // what every system grants
    return limit.rlim_cur;
}

std::size_t raise_file_limit() noexcept {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    return file_limit();
}

} // namespace base
