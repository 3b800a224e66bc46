#include "rpc/address.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"

namespace rpc {

namespace {

constexpr std::size_t longest_name = 255;

} // namespace

std::optional<Address> Address::parse(std::string_view text) {
    const std::size_t first = text.find(':');
    if (first == std::string_view::npos)
        return std::nullopt;
    const std::size_t second = text.find(':', first + 1);
    if (second == std::string_view::npos || text.find(':', second + 1) != std::string_view::npos)
        return std::nullopt;
    const Address address{text.substr(0, first), text.substr(first + 1, second - first - 1),
                          text.substr(second + 1)};
    if (address.to.empty() || address.method.empty() || address.from.empty())
        return std::nullopt;
    return address;
}

std::string Address::text() const {
    std::string text;
    text.reserve(to.size() + method.size() + from.size() + 2);
    text.append(to).append(":").append(method).append(":").append(from);
    return text;
}

void check_name(std::string_view what, std::string_view name) {
    const char* why = nullptr;
    if (name.empty())
        why = "is empty";
    else if (name.find(':') != std::string_view::npos)
        why = "must not hold a colon";
    else if (name.size() > longest_name)
        why = "is longer than 255 bytes";
    if (why != nullptr)
        throw base::Error(base::ErrorKind::usage, std::string(what) + " " + base::quoted(name),
                          why);
}

} // namespace rpc
