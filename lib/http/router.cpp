#include "http/router.hpp"

#include "base/percent.hpp"

#include <optional>
#include <utility>

namespace http {

namespace {

using Segments = std::vector<std::string>;

/// The path's segments, each decoded on its own, so that an encoded slash parts nothing.
std::optional<Segments> segments_of(std::string_view path) {
    Segments segments;
    if (path.starts_with('/'))
        path.remove_prefix(1);
    while (true) {
        const auto end = std::min(path.find('/'), path.size());
        auto segment = base::percent_decoded(path.substr(0, end));
        if (!segment)
            return std::nullopt;
        segments.push_back(*std::move(segment));
        if (end == path.size())
            return segments;
        path.remove_prefix(end + 1);
    }
}

bool is_parameter(std::string_view segment) {
    return segment.starts_with('{') && segment.ends_with('}');
}

bool fits(const Segments& pattern, const Segments& path) {
    if (pattern.size() != path.size())
        return false;
    for (std::size_t i = 0; i < path.size(); ++i)
        if (is_parameter(pattern[i]) ? path[i].empty() : pattern[i] != path[i])
            return false;
    return true;
}

PathParameters parameters_of(const Segments& pattern, Segments&& path) {
    PathParameters parameters;
    for (std::size_t i = 0; i < path.size(); ++i)
        if (is_parameter(pattern[i]))
            parameters.push_back(std::move(path[i]));
    return parameters;
}

} // namespace

Response text_response(int status, std::string_view line) {
    Response response{.status = status, .body = std::string{line} + "\n"};
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    return response;
}

void Router::add(std::string method, std::string_view pattern, Handler handler) {
    Segments segments;
    for (pattern.remove_prefix(1);;) {
        const auto end = std::min(pattern.find('/'), pattern.size());
        segments.emplace_back(pattern.substr(0, end));
        if (end == pattern.size())
            break;
        pattern.remove_prefix(end + 1);
    }
    routes_.push_back({std::move(method), std::move(segments), std::move(handler)});
}

void Router::route(Request&& request, Responder&& responder) const {
    auto path = segments_of(request.path());
    if (!path)
        return responder.send(text_response(400, "malformed path"));
    const std::string_view wanted =
        request.method == "HEAD" ? std::string_view{"GET"} : request.method;
    std::string allowed;
    for (const Route& route : routes_) {
        if (!fits(route.segments, *path))
            continue;
        if (route.method == wanted)
            return route.handler(std::move(request),
                                 parameters_of(route.segments, *std::move(path)),
                                 std::move(responder));
        allowed += (allowed.empty() ? "" : ", ") + route.method;
    }
    if (allowed.empty())
        return responder.send(text_response(404, "not found"));
    const bool asked = request.method == "OPTIONS";
    Response response = asked ? Response{.status = 204} : text_response(405, "method not allowed");
    response.headers.add("Allow", allowed + ", OPTIONS");
    responder.send(std::move(response));
}

} // namespace http
