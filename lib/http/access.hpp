#pragma once

#include "http/message.hpp"
#include "http/token.hpp"
#include "net/address.hpp"

#include <optional>
#include <string>
#include <vector>

namespace http {

/// Who may use a daemon, and from where.
struct AccessRules {
    /// Names by which clients call us, beside those of the loopback: what we are bound to, and what
    /// --allow-host adds.
    std::vector<std::string> hosts;
    /// Pages of other sites that may use us: "https://board.example".
    std::vector<std::string> origins;
    /// Without any, everybody who reaches us may do everything.
    Tokens tokens;
};

/// Applies the rules to one request, of which `need` says what its handler does: Role::none (no
/// more than telling that we are there), read, or operate (it changes something). Gives the answer
/// to send instead of calling the handler: 403 for a stranger on a Unix socket, 204 to a browser
/// that asks first, 421 for a foreign Host, 403 for a page of another site that would change
/// something, 401 without a token, 403 with one that may not. Nothing: go on. A Unix socket asks
/// for no token, since it knows who is there. The token is that of "Authorization: Bearer", or of
/// X-Api-Token (WIRE.md section 5).
std::optional<Response> check_access(const AccessRules& rules, const Request& request, Role need);

enum class OpenPolicy { warn, refuse };

/// Looks at a daemon that can be reached from other machines and asks for no token. Gives the
/// line to warn with, or an empty one. Throws Error(config) where the policy is to refuse and
/// nobody said that it is `insecure` on purpose.
std::string check_exposure(const net::Address& address, const Tokens& tokens, bool insecure,
                           OpenPolicy policy);

} // namespace http
