#pragma once

#include <chrono>
#include <poll.h>

namespace support {

/// Tells whether `condition` comes true before `limit` is over; asks every few milliseconds.
template <class Condition> bool eventually(std::chrono::milliseconds limit, Condition condition) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= end)
            return false;
        ::poll(nullptr, 0, 3);
    }
    return true;
}

} // namespace support
