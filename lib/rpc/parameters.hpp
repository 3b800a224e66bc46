#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rpc {

/// The arguments of a call, sorted to the names that its method declares, whether they were sent by
/// name or by position. Views point into the JSON text.
class Parameters {
public:
    /// `json` as in Request::params; `names` in the order of positions, constants of the program.
    Parameters(std::string_view json, std::span<const std::string_view> names);

    /// Why the call does not fit the names: too many, or one that is not known. Empty: it does.
    [[nodiscard]] const std::string& fault() const noexcept { return fault_; }

    /// JSON text; empty where it was not given. Asking for a name that was not declared is a bug
    /// (std::logic_error).
    [[nodiscard]] std::string_view json(std::string_view name) const;
    [[nodiscard]] bool given(std::string_view name) const { return !json(name).empty(); }

    /// The value when it is a string.
    [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
    /// The value when it is a whole number of 64 bits, or a string that holds nothing else: old
    /// clients send numbers as text.
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;

private:
    void by_name(std::string_view json);
    void by_position(std::string_view json);

    std::span<const std::string_view> names_;
    std::vector<std::string_view> values_;
    std::string fault_;
};

} // namespace rpc
