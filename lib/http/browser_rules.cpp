#include "http/browser_rules.hpp"

#include "http/field.hpp"
#include "net/address.hpp"

#include <algorithm>

namespace http {

namespace {

/// "https://a.example:8443" of "https://a.example:8443/page".
std::string_view origin_of(std::string_view url) noexcept {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos)
        return url;
    return url.substr(0, url.find_first_of("/?#", scheme + 3));
}

bool contains(const std::vector<std::string>& origins, std::string_view origin) {
    return std::ranges::any_of(
        origins, [&](const std::string& known) { return equal_ignoring_case(known, origin); });
}

/// Tells whether an origin is that of the page we serve ourselves.
bool is_own_origin(const Request& request, std::string_view origin) {
    const auto host = request.headers.find("Host");
    const auto scheme = origin.find("://");
    return host && scheme != std::string_view::npos &&
           equal_ignoring_case(origin.substr(scheme + 3), *host);
}

} // namespace

std::string_view host_without_port(std::string_view authority) noexcept {
    if (authority.starts_with('[')) {
        const auto close = authority.find(']');
        return close == std::string_view::npos ? authority : authority.substr(1, close - 1);
    }
    return authority.substr(0, authority.find(':'));
}

bool is_our_host(const Request& request, const std::vector<std::string>& names) {
    const auto header = request.headers.find("Host");
    if (!header || request.peer == "unix") // no browser
        return true;
    const std::string_view host = host_without_port(*header);
    for (const char* own : {"localhost", "127.0.0.1", "::1"})
        if (equal_ignoring_case(host, own))
            return true;
    return std::ranges::any_of(names, [&](const std::string& name) {
        const bool any_address = name == "0.0.0.0" || name == "::";
        return name == "*" || equal_ignoring_case(host, name) ||
               (any_address && net::is_ip_address(std::string{host}));
    });
}

bool is_cross_site(const Request& request, const std::vector<std::string>& origins) {
    const auto site = request.headers.find("Sec-Fetch-Site");
    const auto origin = request.headers.find("Origin");
    if (origin)
        return !is_own_origin(request, *origin) && !contains(origins, *origin);
    if (site)
        return *site != "none" && *site != "same-origin";
    const auto referer = request.headers.find("Referer");
    return referer && !is_own_origin(request, origin_of(*referer)) &&
           !contains(origins, origin_of(*referer));
}

void allow_origin(const Request& request, const std::vector<std::string>& origins,
                  Response& response) {
    if (origins.empty())
        return;
    response.headers.add("Vary", "Origin");
    const auto origin = request.headers.find("Origin");
    if (origin && contains(origins, *origin))
        response.headers.add("Access-Control-Allow-Origin", std::string{*origin});
}

bool is_preflight(const Request& request) noexcept {
    return request.method == "OPTIONS" && request.headers.find("Origin") &&
           request.headers.find("Access-Control-Request-Method");
}

Response preflight_response(const Request& request, const std::vector<std::string>& origins) {
    Response response{.status = 204};
    allow_origin(request, origins, response);
    if (response.headers.find("Access-Control-Allow-Origin")) {
        response.headers.add("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE");
        response.headers.add("Access-Control-Allow-Headers", "Content-Type, Authorization");
        response.headers.add("Access-Control-Max-Age", "600");
    }
    return response;
}

void add_page_headers(Response& response) {
    response.headers.add("Content-Security-Policy",
                         "default-src 'self'; base-uri 'none'; frame-ancestors 'none'");
    response.headers.add("X-Content-Type-Options", "nosniff");
    response.headers.add("X-Frame-Options", "DENY");
    response.headers.add("Referrer-Policy", "no-referrer");
}

bool has_json_type(const Request& request) noexcept {
    const auto header = request.headers.find("Content-Type");
    return header && equal_ignoring_case(media_type(*header), "application/json");
}

} // namespace http
