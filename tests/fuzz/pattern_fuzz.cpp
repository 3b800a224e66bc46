#include "topic/pattern.hpp"
#include "unit/topic/reference_matcher.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>

/// Takes "pattern NUL key" and compares with the rules, as far as those end in reasonable time.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const std::string_view text = input.substr(0, input.find('\0'));
    const std::string_view key =
        text.size() < input.size() ? input.substr(text.size() + 1) : std::string_view{};
    const topic::Pattern pattern{text};
    const bool matched = pattern.matches(key);
    const auto dot = key.rfind('.');
    assert(!matched || dot == key.npos || pattern.matches_below(key.substr(0, dot)));
    assert(pattern.text() == text);
    assert(!pattern.literal() || (*pattern.literal() == key) == matched);
    if (std::ranges::count(text, '#') <= 4 && key.size() <= 60)
        assert(matched == reference::matches(text, key));
    return 0;
}
