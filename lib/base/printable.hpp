#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace base {

enum class Keep {
    nothing,
    lines, // newline and tab go through as they are
};

/// Text of others made harmless for a terminal: control characters (C0, DEL, C1), line separators
/// and direction overrides of Unicode, and bytes that are not UTF-8 are shown (`\n`, `\x1b`,
/// `\u202e`), all else is unchanged. The result is always valid UTF-8.
std::string printable(std::string_view text, Keep keep = Keep::nothing);

/// Appends the same to `out`; for output paths that reuse a buffer.
void append_printable(std::string& out, std::string_view text, Keep keep = Keep::nothing);

/// The same, cut with an ellipsis to at most `limit` characters (code points, an escape counts as
/// what it shows). For texts of unknown length in messages. `limit` is at least 1.
std::string printable_start(std::string_view text, std::size_t limit);

/// printable_start in double quotes, at most 80 characters: how a message names what a user gave.
std::string quoted(std::string_view text);

} // namespace base
