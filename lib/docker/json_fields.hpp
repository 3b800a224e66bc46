#pragma once

#include "codec/json_path.hpp"

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace docker {

// What the Engine's JSON is read with. A field that is null, missing or of another kind counts as
// empty: versions and Podman differ in that.

template <class Number = std::int64_t> Number number_of(std::string_view json) {
    Number number = 0;
    std::from_chars(json.data(), json.data() + json.size(), number);
    return number;
}

inline std::string text_of(std::string_view json) {
    return json.starts_with('"') ? codec::plain_text(json) : std::string{};
}

/// An object of strings.
std::vector<std::pair<std::string, std::string>> pairs_of(std::string_view json);
/// An array of strings.
std::vector<std::string> texts_of(std::string_view json);

/// RFC 3339 with nanoseconds as Unix milliseconds; 0 for the Engine's "never", which lies in the
/// year 1, and for what is no time.
std::int64_t time_of(std::string_view text);

} // namespace docker
