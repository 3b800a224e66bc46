#include "http/access.hpp"

#include "base/error.hpp"
#include "http/browser_rules.hpp"
#include "http/router.hpp"
#include "net/listener.hpp"

namespace http {

namespace {

std::string_view token_of(const Request& request) noexcept {
    constexpr std::string_view scheme = "Bearer ";
    const auto header = request.headers.find("Authorization").value_or(std::string_view{});
    if (equal_ignoring_case(header.substr(0, scheme.size()), scheme))
        return header.substr(scheme.size());
    return request.headers.find("X-Api-Token").value_or(std::string_view{});
}

std::optional<Response> check_token(const Tokens& tokens, const Request& request, Role need) {
    if (need == Role::none || tokens.empty() || request.peer == "unix")
        return std::nullopt;
    const Role role = tokens.role_of(token_of(request));
    if (role >= need)
        return std::nullopt;
    if (role != Role::none)
        return text_response(403, "this token may only read");
    Response response = text_response(
        401, token_of(request).empty() ? "a token is needed" : "this token is not known here");
    response.headers.add("WWW-Authenticate", "Bearer");
    return response;
}

} // namespace

std::optional<Response> check_access(const AccessRules& rules, const Request& request, Role need) {
    if (request.peer.starts_with("uid "))
        return text_response(403, "refused: the user with " + request.peer +
                                      " is neither the owner of this socket, nor root, nor in the "
                                      "group of its file");
    if (!is_our_host(request, rules.hosts))
        return text_response(421, "this server does not go by that name; --allow-host adds it");
    if (is_preflight(request))
        return preflight_response(request, rules.origins);
    if (need == Role::operate && is_cross_site(request, rules.origins))
        return text_response(403, "refused: sent by a page of another site");
    auto refusal = check_token(rules.tokens, request, need);
    if (refusal)
        allow_origin(request, rules.origins, *refusal);
    return refusal;
}

std::string check_exposure(const net::Address& address, const Tokens& tokens, bool insecure,
                           OpenPolicy policy) {
    if (!tokens.empty() || insecure || net::is_loopback(address))
        return {};
    const std::string why = "everybody who reaches " + address.text() + " may use it";
    const std::string hint = "--token-file or BAND_TOKEN asks for a token, --insecure allows it";
    if (policy == OpenPolicy::refuse)
        throw base::Error(base::ErrorKind::config, "listen on " + address.text(), why, hint);
    return why + "; " + hint;
}

} // namespace http
