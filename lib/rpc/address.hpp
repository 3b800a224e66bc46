#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rpc {

/// The `method` of a Band message, TO:METHOD:FROM (WIRE.md 1.1). The message goes to the channel
/// TO, its answer to the channel FROM.
struct Address {
    std::string_view to;
    std::string_view method;
    std::string_view from;

    /// Nothing unless there are exactly three parts, none of them empty. Views point into `text`.
    static std::optional<Address> parse(std::string_view text);

    [[nodiscard]] std::string text() const;
};

/// What the random names of those who only ask start with: once (rpc/call_once), or again and again
/// (rpc/caller).
inline constexpr std::string_view one_time_caller = "call-";
inline constexpr std::string_view lasting_caller = "caller-";

/// Checks what a user calls a service or a method: throws Error(usage) for an empty name, one with
/// a colon, or one longer than 255 bytes. `what` is "service" or "method".
void check_name(std::string_view what, std::string_view name);

} // namespace rpc
