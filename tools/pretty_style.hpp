#pragma once

#include "cli/style.hpp"
#include "codec/json_pretty.hpp"

namespace tools {

/// The colours of JSON that is laid out for people; none where `style` has none.
inline codec::PrettyStyle pretty_style(const cli::Style& style) noexcept {
    return {.key = style.cyan,
            .string = style.green,
            .number = style.yellow,
            .literal = style.magenta,
            .reset = style.reset};
}

} // namespace tools
