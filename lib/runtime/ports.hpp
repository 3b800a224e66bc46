#pragma once

#include "base/unique_fd.hpp"
#include "runtime/runtime.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace runtime {

/// A port that is known to belong to somebody, though nobody listens on it now: that of a stopped
/// container, say.
struct TakenPort {
    std::uint16_t port = 0;
    std::string holder; // for people: "container hello"
};

/// Host ports that no other claim of this user gets while this object lives, in any process.
class PortClaim {
public:
    [[nodiscard]] const std::vector<std::uint16_t>& ports() const noexcept { return ports_; }

private:
    friend class PortPool;
    std::vector<std::uint16_t> ports_;
    std::vector<base::UniqueFd> locks_; // the kernel lets go of them when their holder dies
};

/// Gives out host ports of a range. A claim covers the time until somebody listens there; who
/// listens needs no claim any more, but may keep it.
class PortPool {
public:
    /// Locks are files in `folder`, by default runtime_folder()/ports. Throws Error(usage) for an
    /// empty range.
    explicit PortPool(PortRange range, std::filesystem::path folder = {});

    /// The lowest `count` free ports: neither claimed, nor in `taken`, nor listened on by any
    /// process on any address; those in `preferred` first where they are free. `owner` is what
    /// others are told about the holder of the claim ("service hello"). Throws Error(unavailable)
    /// when there are not so many, and says who holds them.
    [[nodiscard]] PortClaim claim(std::size_t count, std::string_view owner,
                                  std::span<const TakenPort> taken = {},
                                  std::span<const std::uint16_t> preferred = {}) const;

private:
    bool try_claim(std::uint16_t port, std::string_view owner, std::span<const TakenPort> taken,
                   PortClaim& claim, std::vector<std::string>* holders) const;

    PortRange range_;
    std::filesystem::path folder_;
};

/// Reads FIRST-LAST; nothing for what is no range of ports.
std::optional<PortRange> parse_port_range(std::string_view text) noexcept;

/// Tells whether nobody listens on that TCP port, on no address of this machine.
bool is_free_port(std::uint16_t port);

} // namespace runtime
