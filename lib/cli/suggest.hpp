#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cli {

/// The candidate that `word` is most probably a misspelling of; nothing if none is near: at most
/// one edit in three letters, where swapping neighbours is one edit and case is none.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// The same as a hint, "did you mean X?"; empty if none is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

} // namespace cli
