#pragma once

#include "base/unique_fd.hpp"

#include <cstdint>
#include <sys/eventfd.h>

namespace support {

/// Ends another thread's poll(2).
class Wake {
public:
    void notify() const {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto count = ::write(fd_.get(), &one, sizeof one);
    }
    void clear() const {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto size = ::read(fd_.get(), &count, sizeof count);
    }
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

private:
    base::UniqueFd fd_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
};

} // namespace support
