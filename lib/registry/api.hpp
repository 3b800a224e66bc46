#pragma once

#include "http/access.hpp"
#include "http/server.hpp"
#include "registry/methods.hpp"
#include "registry/rate_limit.hpp"

namespace registry {

enum class Dialect {
    classic, // as the original answers (registry/classic_dialect.hpp)
    strict,  // JSON-RPC 2.0
};

/// The registry's methods over HTTP POST. A batch of at most 1000 calls is answered in its order;
/// a call that asks waits for those before it that change something. `watch` must stand alone.
class Api {
public:
    /// All outlive it, and whatever it has not answered yet. `changes_a_second`: of each peer,
    /// RateLimit.
    Api(Methods& methods, const http::AccessRules& rules, std::size_t changes_a_second)
        : methods_(methods), rules_(rules), limit_(changes_a_second) {}

    /// Answers one request, after looking whether its sender may do what it asks for, and not too
    /// much of it (429). When the
    /// storage is away, "Registry-Stale: true" stands in the answer, and a single call that needed
    /// it is answered with status 503.
    void serve(Dialect dialect, http::Request&& request, http::Responder&& responder);

private:
    Methods& methods_;
    const http::AccessRules& rules_;
    RateLimit limit_;
};

} // namespace registry
