#pragma once

#include <span>
#include <string_view>

namespace director {

/// A file of the web page, part of the program.
struct PageFile {
    std::string_view name; // "app.js"; empty: what "/" gives
    std::string_view content_type;
    std::string_view text;
};

using Page = std::span<const PageFile>;

} // namespace director
