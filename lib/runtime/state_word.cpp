#include "runtime/state_word.hpp"

#include <algorithm>
#include <array>

namespace runtime {

namespace {

constexpr std::array<std::string_view, 6> words{"created",    "running", "paused",
                                                "restarting", "stopped", "failed"};

} // namespace

std::string_view state_word(State state) noexcept {
    return words[static_cast<std::size_t>(state)];
}

std::optional<State> state_of_word(std::string_view word) noexcept {
    const auto* const found = std::ranges::find(words, word);
    if (found == words.end())
        return std::nullopt;
    return static_cast<State>(found - words.begin());
}

} // namespace runtime
