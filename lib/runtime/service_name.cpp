#include "runtime/service_name.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"

#include <algorithm>

namespace runtime {

namespace {

constexpr std::size_t longest = 63; // of a label in DNS, which a container's host name is

bool is_alphanumeric(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

} // namespace

bool is_service_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= longest && is_alphanumeric(name.front()) &&
           std::ranges::all_of(
               name, [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; });
}

void require_service_name(std::string_view name) {
    if (is_service_name(name))
        return;
    throw base::Error(base::ErrorKind::usage, base::quoted(name), "is no name of a service",
                      "names have at most 63 of a-z, 0-9, _ . - and start with a letter or digit");
}

} // namespace runtime
