#include "http/message.hpp"

#include <algorithm>

namespace http {

namespace {

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

} // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

void Headers::add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
    for (const Field& field : fields_)
        if (equal_ignoring_case(field.first, name))
            return field.second;
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const noexcept {
    return static_cast<std::size_t>(std::ranges::count_if(
        fields_, [&](const Field& field) { return equal_ignoring_case(field.first, name); }));
}

std::string_view Request::path() const noexcept {
    return std::string_view{target}.substr(0, target.find('?'));
}

std::string_view Request::query() const noexcept {
    const auto mark = target.find('?');
    return mark == std::string::npos ? std::string_view{}
                                     : std::string_view{target}.substr(mark + 1);
}

} // namespace http
