#pragma once

#include "base/unique_fd.hpp"
#include "runtime/runtime.hpp"

#include <cstdint>
#include <string_view>

namespace runtime {

/// Lets one deployment of a service go on at a time, in all processes of this user.
class RunLock {
public:
    /// Waits for its turn. Throws as `check` does.
    RunLock(std::string_view service, const Wait& wait);

    /// Whether another one deployed just the same while this one waited for its turn.
    [[nodiscard]] bool done_meanwhile(std::uint64_t fingerprint) const;
    /// Tells those who wait.
    void set_done(std::uint64_t fingerprint) const;

private:
    std::int64_t asked_ms_;
    base::UniqueFd file_;
};

} // namespace runtime
