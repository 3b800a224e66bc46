#include "registry/instance.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "base/url.hpp"
#include "codec/utf8.hpp"

#include <algorithm>

namespace registry {

namespace {

[[noreturn]] void refuse(std::string_view field, std::string why) {
    throw base::Error(base::ErrorKind::data, std::string{field}, std::move(why));
}

void check_text(std::string_view field, std::string_view text, std::size_t longest) {
    if (text.empty())
        refuse(field, "is empty");
    if (text.size() > longest)
        refuse(field, "has more than " + std::to_string(longest) + " bytes");
    if (!codec::is_utf8(text))
        refuse(field, "is not UTF-8");
    if (std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
        refuse(field, "holds a control character");
}

void check_host(std::string_view host) {
    check_text("host", host, longest_name);
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view{".-_:[]%"}.find(c) != std::string_view::npos;
    };
    if (!std::ranges::all_of(host, allowed))
        refuse("host", "holds something other than letters, digits and .-_:[]%");
}

void check_url(std::string_view text) {
    check_text("url", text, longest_url);
    // A shell splits it there, and a browser takes a backslash for the end of the host.
    if (text.find_first_of(" \"<>\\^`") != std::string_view::npos)
        refuse("url", "holds a blank or one of \"<>\\^`");
    base::Url url;
    try {
        url = base::Url::parse(text);
    } catch (const base::Error& error) {
        refuse("url", "is no URL: " + error.why());
    }
    if (url.scheme != "http" && url.scheme != "https")
        refuse("url", "is neither http nor https");
    if (!url.user.empty() || !url.password.empty() || text.find('@') < text.find('/', 8))
        refuse("url", "has a user or a password");
    if (url.host.empty())
        refuse("url", "names no host");
}

} // namespace

std::string Instance::address() const {
    return url.empty() ? host + ":" + std::to_string(port) : url;
}

std::string_view host_of(std::string_view address) noexcept {
    return address.substr(0, address.rfind(':'));
}

void check(const Instance& instance) {
    check_text("name", instance.name, longest_name);
    if (!instance.url.empty()) {
        check_url(instance.url);
        return;
    }
    check_host(instance.host);
    if (instance.port == 0)
        refuse("port", "is not from 1 to 65535");
}

} // namespace registry
