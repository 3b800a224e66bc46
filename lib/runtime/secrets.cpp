#include "runtime/secrets.hpp"

#include "base/url.hpp"

#include <algorithm>

namespace runtime {

std::string shown_value(std::string_view name, std::string_view value) {
    std::string upper{name};
    std::ranges::transform(upper, upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    const auto has = [&upper](std::string_view part) { return upper.find(part) != upper.npos; };
    for (const std::string_view part : {"PASS", "TOKEN", "SECRET", "KEY"})
        if (has(part))
            return "***";
    if (has("URL") || has("DSN") || value.find("://") != value.npos)
        return base::redact_url(value);
    return std::string{value};
}

} // namespace runtime
