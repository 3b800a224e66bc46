#pragma once

#include "http/message.hpp"
#include "http/server.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

/// The parts of a path that a pattern's {…} stand for, in their order, decoded.
using PathParameters = std::vector<std::string>;

/// Which handler serves which method and path. The first pattern that fits counts.
class Router {
public:
    using Handler = std::function<void(Request&&, PathParameters&&, Responder&&)>;

    /// `pattern` is a path in which a segment {name} stands for any one, not empty, segment:
    /// "/services/{name}/log". A GET route serves HEAD, too.
    void add(std::string method, std::string_view pattern, Handler handler);

    /// Calls the handler, or answers: 404 for an unknown path, 405 with Allow for another method,
    /// 400 for a path with broken encoding, 204 with Allow for OPTIONS.
    void route(Request&& request, Responder&& responder) const;

private:
    struct Route {
        std::string method;
        std::vector<std::string> segments;
        Handler handler;
    };
    std::vector<Route> routes_;
};

/// An answer of one line of text.
Response text_response(int status, std::string_view line);

} // namespace http
