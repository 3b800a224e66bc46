#include "director/http_front.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "http/browser_rules.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

namespace director {

using base::Error;
using base::ErrorKind;

namespace {

constexpr std::string_view json_type = "application/json; charset=utf-8";
constexpr std::size_t most_lines = 1'000'000;

http::Response text_response(int status, std::string_view type, std::string body) {
    http::Response response{.status = status, .headers = {}, .body = std::move(body)};
    response.headers.add("Content-Type", std::string(type));
    response.headers.add("X-Content-Type-Options", "nosniff");
    return response;
}

bool accepts(const http::Request& request, std::string_view type) {
    const auto accepted = request.headers.find("Accept");
    return accepted && accepted->find(type) != std::string_view::npos;
}

http::Role role_for(const std::optional<Target>& target) {
    if (!target)
        return http::Role::read;
    switch (target->route->action) {
    case Action::health:
    case Action::page: // it asks for the token
        return http::Role::none;
    default:
        return target->route->changes ? http::Role::operate : http::Role::read;
    }
}

LogForm form_for(const http::Request& request) {
    if (accepts(request, "application/x-ndjson"))
        return LogForm::ndjson;
    return accepts(request, "text/event-stream") ? LogForm::events : LogForm::text;
}

Answer unknown_path() {
    return refusal(404, rpc::code::method_not_found, "there is no such path");
}

} // namespace

HttpFront::HttpFront(HttpSettings settings, Api& api, const Overview& overview, EventFeed& feed,
                     LogStreams& logs, Page page)
    : settings_(std::move(settings)), api_(api), overview_(overview), feed_(feed), logs_(logs),
      page_(page) {}

void HttpFront::handle(http::Request&& request, http::Responder&& responder) {
    std::optional<Target> target;
    std::optional<Answer> fault;
    try {
        target = parse_path(request.path());
        if (!target)
            fault = unknown_path();
    } catch (const Error& error) {
        fault = failure_of(error);
    }
    if (auto refused = http::check_access(settings_.access, request, role_for(target))) {
        responder.send(*std::move(refused));
        return;
    }
    const Envelope envelope = target ? envelope_for(request, *target) : settings_.envelope;
    if (fault)
        return refuse(request, envelope, *fault, std::move(responder));
    if (!is_allowed(request, *target->route)) {
        http::Response response =
            text_response(405, json_type,
                          body_of(refusal(405, rpc::code::invalid_request,
                                          "this path is not for " + request.method),
                                  envelope, base::unix_ms()));
        response.headers.add("Allow", settings_.strict_methods && target->route->changes
                                          ? "POST"
                                          : "GET, HEAD, POST");
        http::allow_origin(request, settings_.access.origins, response);
        responder.send(std::move(response));
        return;
    }
    serve(request, *target, std::move(responder));
}

/// GET changes things, too, as it always could; --strict-methods ends that (RELIABILITY.md T3).
bool HttpFront::is_allowed(const http::Request& request, const Route& route) const {
    if (request.method == "POST")
        return true;
    if (route.changes && settings_.strict_methods)
        return false;
    return request.method == "GET" || (request.method == "HEAD" && !route.changes);
}

Envelope HttpFront::envelope_for(const http::Request& request, const Target& target) const {
    if (target.envelope)
        return *target.envelope;
    const auto wanted = request.headers.find("X-Band-Envelope");
    if (wanted == "v1")
        return Envelope::wrapped;
    if (wanted == "v2" || target.route->envelope == Envelope::bare)
        return Envelope::bare;
    return settings_.envelope;
}

void HttpFront::serve(const http::Request& request, const Target& target,
                      http::Responder&& responder) {
    switch (target.route->action) {
    case Action::page:
        return serve_page(request, *target.route, std::move(responder));
    case Action::metrics:
        return responder.send(text_response(200, "text/plain; version=0.0.4", metrics()));
    case Action::health:
        return responder.send(text_response(200, json_type, health()));
    case Action::events:
        return feed_.add(std::move(responder), headers_for(request));
    case Action::logs:
        return serve_log(request, target, std::move(responder));
    default:
        return serve_call(request, target, std::move(responder));
    }
}

void HttpFront::serve_page(const http::Request& request, const Route& route,
                           http::Responder&& responder) {
    const std::string_view name = route.name.empty() ? "index.html" : route.name;
    const auto file = std::ranges::find(page_, name, &http::PageFile::name);
    if (file == page_.end())
        return refuse(request, settings_.envelope, unknown_path(), std::move(responder));
    responder.send(http::page_response(*file));
}

void HttpFront::serve_log(const http::Request& request, const Target& target,
                          http::Responder&& responder) {
    try {
        if (!overview_.runs_here(target.service))
            return refuse(request, envelope_for(request, target), unknown_service(target.service),
                          std::move(responder));
        const Arguments arguments = arguments_of(request);
        runtime::LogOptions options{.follow = arguments.flag("follow")};
        if (const auto last = arguments.number("last", most_lines))
            options.last_lines = static_cast<std::size_t>(*last);
        if (const auto since = arguments.number("since_ms", 1e15))
            options.since_ms = std::llround(*since);
        logs_.add(target.service, options, form_for(request), std::move(responder),
                  headers_for(request));
    } catch (const Error& error) {
        refuse(request, envelope_for(request, target), failure_of(error), std::move(responder));
    }
}

void HttpFront::serve_call(const http::Request& request, const Target& target,
                           http::Responder&& responder) {
    const Envelope envelope = envelope_for(request, target);
    Ask ask{.action = target.route->action,
            .service = target.service,
            .method = target.method,
            .envelope = envelope};
    try {
        ask.arguments = arguments_of(request);
    } catch (const Error& error) {
        Answer answer = failure_of(error);
        if (error.kind() == ErrorKind::data)
            answer.failure->status = 415;
        return refuse(request, envelope, answer, std::move(responder));
    }
    if (accepts(request, "application/x-ndjson") &&
        (ask.action == Action::run || ask.action == Action::build))
        return serve_progress(request, std::move(ask), std::move(responder));
    // Shared, since what is called back is copied on its way.
    const auto owed = std::make_shared<http::Responder>(std::move(responder));
    http::Response form{.status = 200, .headers = headers_for(request)};
    form.headers.add("Content-Type", std::string(json_type));
    api_.answer(std::move(ask), [owed, envelope, form = std::move(form)](const Answer& answer) {
        http::Response response = form;
        response.status = answer.status();
        response.body = body_of(answer, envelope, base::unix_ms());
        if (response.status == 503)
            response.headers.add("Retry-After", "1");
        owed->send(std::move(response));
    });
}

/// The answer as lines: {"phase":…,"line":…} as it goes on, at the end {"result":…} or {"error":…}.
void HttpFront::serve_progress(const http::Request& request, Ask ask, http::Responder&& responder) {
    const auto owed = std::make_shared<http::Responder>(std::move(responder));
    http::Headers headers = headers_for(request);
    headers.add("Content-Type", "application/x-ndjson");
    headers.add("X-Accel-Buffering", "no");
    owed->start(200, std::move(headers));
    ask.progress = [owed](std::string_view phase, std::string_view line) {
        // A build may print faster than its reader reads, who is to get the result all the same.
        if (!owed->behind())
            owed->write(progress_line(phase, line));
    };
    ask.envelope = Envelope::wrapped; // it is waited for
    api_.answer(std::move(ask), [owed](const Answer& answer) {
        owed->write(body_of(answer, Envelope::wrapped, base::unix_ms()) + "\n");
        owed->end();
    });
}

void HttpFront::refuse(const http::Request& request, Envelope envelope, const Answer& answer,
                       http::Responder&& responder) {
    http::Response response{.status = answer.status(), .headers = headers_for(request)};
    response.headers.add("Content-Type", std::string(json_type));
    response.body = body_of(answer, envelope, base::unix_ms());
    responder.send(std::move(response));
}

http::Headers HttpFront::headers_for(const http::Request& request) const {
    http::Response response;
    response.headers.add("X-Content-Type-Options", "nosniff");
    response.headers.add("Cache-Control", "no-store");
    http::allow_origin(request, settings_.access.origins, response);
    return std::move(response.headers);
}

} // namespace director
