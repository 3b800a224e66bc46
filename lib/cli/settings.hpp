#pragma once

#include "cli/option.hpp"

#include <span>
#include <string_view>

namespace cli {

/// Something that says where things are. Key `foo_bar` of a context, option --foo-bar and the
/// variable are the same thing: the command line wins, then the environment, then the context.
struct Setting {
    std::string_view key;
    std::string_view variable;
    std::string_view fallback; // empty: none
    std::string_view help;
    Kind kind = Kind::text;
    /// Part of where the bus is: taken from a context only when its address is.
    bool bus = false;
};

/// All of them, in the order in which they are shown.
std::span<const Setting> settings() noexcept;

/// Null if there is none with this key.
const Setting* find_setting(std::string_view key) noexcept;

} // namespace cli
