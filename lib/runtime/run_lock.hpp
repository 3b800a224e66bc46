#pragma once

#include "base/unique_fd.hpp"
#include "runtime/runtime.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace runtime {

/// Lets one deployment of a service go on at a time, in all processes of this user.
class RunLock {
public:
    /// Waits for its turn. Throws as `check` does.
    RunLock(std::string_view service, const Wait& wait);
    /// Nothing while another one is under way.
    static std::optional<RunLock> try_take(std::string_view service);

    /// Whether another one deployed just the same while this one waited for its turn.
    [[nodiscard]] bool done_meanwhile(std::uint64_t fingerprint) const;
    /// Tells those who wait.
    void set_done(std::uint64_t fingerprint) const;

private:
    explicit RunLock(std::string_view service);
    [[nodiscard]] bool take() const;

    std::int64_t asked_ms_;
    bool waited_ = false;
    base::UniqueFd file_;
};

} // namespace runtime
