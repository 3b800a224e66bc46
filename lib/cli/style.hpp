#pragma once

#include <string_view>

namespace cli {

/// Escape sequences of the human views by what they are called; all empty when colour is off, so
/// that code writes them without asking.
struct Style {
    std::string_view bold = {};
    std::string_view dim = {};
    std::string_view red = {};
    std::string_view green = {};
    std::string_view yellow = {};
    std::string_view magenta = {};
    std::string_view cyan = {};
    std::string_view reset = {};
};

/// The sequences of ECMA-48, section 8.3.117 (SGR).
inline constexpr Style colours{.bold = "\x1b[1m",
                               .dim = "\x1b[2m",
                               .red = "\x1b[31m",
                               .green = "\x1b[32m",
                               .yellow = "\x1b[33m",
                               .magenta = "\x1b[35m",
                               .cyan = "\x1b[36m",
                               .reset = "\x1b[0m"};

/// Whether to colour: `mode` is always, never or auto. Auto heeds NO_COLOR first (no-color.org),
/// then CLICOLOR_FORCE, then asks for a terminal that is not TERM=dumb.
bool wants_colour(std::string_view mode, bool terminal);

} // namespace cli
