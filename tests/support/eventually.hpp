#pragma once

#include <chrono>
#include <poll.h>

namespace support {

/// Tells whether `condition` comes true; asks every few milliseconds. `limit` is ample on a quiet
/// machine; one that builds and tests other things meanwhile gets four times as long.
template <class Condition> bool eventually(std::chrono::milliseconds limit, Condition condition) {
    const auto end = std::chrono::steady_clock::now() + 4 * limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= end)
            return false;
        ::poll(nullptr, 0, 3);
    }
    return true;
}

} // namespace support
