#include "host/remote_host.hpp"

#include "base/error.hpp"
#include "base/line_splitter.hpp"
#include "base/percent.hpp"
#include "codec/json_elements.hpp"
#include "codec/json_number.hpp"
#include "codec/json_path.hpp"
#include "codec/json_scanner.hpp"
#include "codec/json_writer.hpp"
#include "codec/parse_error.hpp"
#include "host/error_json.hpp"
#include "host/service_json.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace host {

using base::Error;
using base::ErrorKind;

namespace {

constexpr std::size_t longest_line = 1024 * 1024;

/// The text, once it is known to be JSON.
std::string_view checked(std::string_view json) {
    try {
        codec::validate_json(json, {.allow_big_integers = true});
    } catch (const codec::ParseError&) {
        throw Error(ErrorKind::protocol, "the director", "its answer is not JSON");
    }
    return json;
}

/// The error in an answer with a bad status; all of its body where that is another one's.
std::string error_object(const http::Response& response) {
    try {
        return std::string(codec::find(checked(response.body), "error").value_or(response.body));
    } catch (const Error&) {
        return response.body;
    }
}

Error error_in(const http::Response& response) {
    return error_of(error_object(response), response.status);
}

std::int64_t number_in(std::string_view json, std::string_view path) {
    const std::string text = codec::find_text(json, path).value_or("");
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// What a service answered, or a director said of it; nothing for what has gone wrong elsewhere.
std::optional<rpc::Failure> failure_in(const http::Response& response) {
    try {
        const auto error = codec::find(checked(response.body), "error");
        if (!error || !codec::find(*error, "code") || codec::find(*error, "kind"))
            return std::nullopt;
        return rpc::Failure{number_in(*error, "code"),
                            codec::find_text(*error, "message").value_or(""),
                            std::string(codec::find(*error, "data").value_or(""))};
    } catch (const Error&) { // whatever stands in front of it
        return std::nullopt;
    }
}

std::string_view result_in(const http::Response& response) {
    const auto result = codec::find(checked(response.body), "result");
    if (!result)
        throw Error(ErrorKind::protocol, "the director", "its answer has no result",
                    "is this a director?");
    return *result;
}

/// What a director does not take from a request (RELIABILITY.md T7).
void check_request(const RunRequest& request) {
    const runtime::ServiceSpec usual;
    const runtime::ServiceSpec& spec = request.spec;
    const auto refuse = [](std::string what, std::string hint) {
        throw Error(ErrorKind::usage, std::move(what), "cannot be chosen over a director",
                    std::move(hint));
    };
    if (!spec.folder.empty())
        refuse("a folder", "it runs what is in its own folders, by name");
    if (spec.network != usual.network || spec.bind_address != usual.bind_address ||
        spec.ports.first != usual.ports.first || spec.ports.last != usual.ports.last)
        refuse("network, address and ports", "they are options of the director itself");
    if (!spec.labels.empty() || spec.pids != usual.pids ||
        spec.restart_policy != usual.restart_policy)
        refuse("labels, process limit and restart policy", "");
}

std::string body_of(const RunRequest& request) {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_object();
    if (!request.runtime.empty())
        json.member("runtime", std::string_view(request.runtime));
    if (!request.spec.image.empty())
        json.member("image", std::string_view(request.spec.image));
    json.key("env");
    json.begin_object();
    for (const auto& [name, value] : request.spec.environment)
        json.member(name, std::string_view(value));
    json.end_object();
    json.member("nocache", request.spec.no_cache);
    json.member("pull", request.spec.pull);
    json.member("until", runtime::readiness_word(request.until));
    if (request.spec.memory_bytes != runtime::ServiceSpec{}.memory_bytes)
        json.member("memory", request.spec.memory_bytes);
    json.end_object();
    return text;
}

std::string path_of(std::string_view what, std::string_view name) {
    return "/v1/" + std::string(what) + "/" + base::percent_encoded(name);
}

} // namespace

RemoteHost::RemoteHost(http::Endpoint director, std::string token)
    : client_(std::move(director)), token_(std::move(token)) {}

http::Request RemoteHost::request(std::string method, std::string target) const {
    http::Request request{.method = std::move(method), .target = std::move(target)};
    if (!token_.empty())
        request.headers.add("Authorization", "Bearer " + token_);
    return request;
}

http::Response RemoteHost::send(const http::Request& request, const Wait& wait,
                                const http::Transfer& transfer) {
    client_.stop_on(wait.stop_fd);
    return client_.send(request, wait.deadline, transfer);
}

std::string RemoteHost::result_of(const http::Request& request, const Wait& wait) {
    const http::Response response = send(request, wait);
    if (response.status != 200)
        throw error_in(response);
    return std::string(result_in(response));
}

std::vector<Service> RemoteHost::list(const Wait& wait) {
    const std::string items = result_of(request("GET", "/v1/list"), wait);
    std::vector<Service> services;
    for (codec::JsonElements item{items}; item.next();)
        services.push_back(parse_service(item.value()));
    return services;
}

std::optional<Service> RemoteHost::find(std::string_view name, const Wait& wait) {
    for (Service& service : list(wait))
        if (service.name == name)
            return std::move(service);
    return std::nullopt;
}

std::string RemoteHost::build(const RunRequest& request, const Progress& progress,
                              const Wait& wait) {
    return codec::plain_text(follow("build", request, progress, wait));
}

Service RemoteHost::run(const RunRequest& request, const Progress& progress, const Wait& wait) {
    return parse_service(follow("run", request, progress, wait));
}

/// Reads {"phase":…,"line":…} lines, of which the last has the result.
std::string RemoteHost::follow(std::string_view what, const RunRequest& run,
                               const Progress& progress, const Wait& wait) {
    check_request(run);
    http::Request post = request("POST", path_of(what, run.spec.name));
    post.headers.add("Accept", "application/x-ndjson");
    post.headers.add("Content-Type", "application/json");
    post.body = body_of(run);
    std::optional<std::string> result;
    std::optional<Error> error;
    const auto take = [&](std::string_view line, bool /*cut*/) {
        checked(line);
        if (const auto object = codec::find(line, "error"))
            error = error_of(*object, 0);
        else if (const auto value = codec::find(line, "result"))
            result = *value;
        else if (progress)
            progress(codec::find_text(line, "phase").value_or(""),
                     codec::find_text(line, "line").value_or(""));
    };
    base::LineSplitter lines{longest_line, take};
    const auto sink = [&](std::string_view piece) {
        lines.feed(piece);
        return true;
    };
    const http::Response response = send(post, wait, {.source = {}, .sink = sink});
    if (response.status != 200)
        throw error_in(response);
    if (error)
        throw *error;
    if (!result)
        throw Error(ErrorKind::unavailable, "the director",
                    "it has stopped in the middle of " + std::string(what));
    return *result;
}

std::optional<std::string> RemoteHost::inspect(std::string_view name, const Wait& wait) {
    const http::Response response =
        send(request("GET", "/v2/show/" + base::percent_encoded(name)), wait);
    if (response.status == 404)
        return std::nullopt;
    if (response.status != 200)
        throw error_in(response);
    return std::string(checked(response.body));
}

bool RemoteHost::change(std::string_view what, std::string_view name, std::chrono::seconds grace,
                        const Wait& wait) {
    const http::Response response = send(
        request("POST", path_of(what, name) + "?grace=" + std::to_string(grace.count())), wait);
    if (response.status == 404)
        return false;
    if (response.status != 200)
        throw error_in(response);
    return true;
}

bool RemoteHost::start(std::string_view name, const Wait& wait) {
    return change("start", name, std::chrono::seconds{0}, wait);
}

bool RemoteHost::stop(std::string_view name, std::chrono::seconds grace, const Wait& wait) {
    return change("stop", name, grace, wait);
}

bool RemoteHost::restart(std::string_view name, std::chrono::seconds grace, const Wait& wait) {
    return change("restart", name, grace, wait);
}

bool RemoteHost::remove(std::string_view name, std::chrono::seconds grace, const Wait& wait) {
    return change("rm", name, grace, wait);
}

bool RemoteHost::logs(std::string_view name, const LogOptions& options, const LogSink& sink,
                      const Wait& wait) {
    std::string target = path_of("logs", name) + (options.follow ? "?follow=1" : "?follow=0");
    if (options.last_lines)
        target += "&last=" + std::to_string(*options.last_lines);
    if (options.since_ms)
        target += "&since_ms=" + std::to_string(*options.since_ms);
    http::Request get = request("GET", std::move(target));
    get.headers.add("Accept", "application/x-ndjson");
    std::optional<Error> error;
    bool wanted = true;
    const auto take = [&](std::string_view line, bool /*cut*/) {
        checked(line);
        if (const auto object = codec::find(line, "error"))
            error = error_of(*object, 0);
        else if (wanted)
            wanted = sink(codec::find_text(line, "line").value_or(""),
                          codec::find(line, "err") == "true", number_in(line, "time_ms"));
    };
    base::LineSplitter lines{longest_line, take};
    const auto pieces = [&](std::string_view piece) {
        lines.feed(piece);
        return wanted;
    };
    const http::Response response = send(get, wait, {.source = {}, .sink = pieces});
    if (response.status == 404)
        return false;
    if (response.status != 200)
        throw error_in(response);
    if (error)
        throw *error;
    return true;
}

/// Of a method; the director is told how long it may take, and given a little longer to say so.
http::Response RemoteHost::send_params(std::string_view what, std::string_view service,
                                       std::string_view method, std::string_view params,
                                       const Wait& wait) {
    http::Request post =
        request("POST", path_of(what, service) + "/" + base::percent_encoded(method));
    Wait longer = wait;
    if (const int left = wait.deadline.poll_timeout(); left >= 0) {
        post.target += "?timeout__=" + std::to_string(std::min(left / 1000, 599)) + "." +
                       std::to_string(left % 1000 + 1000).substr(1);
        longer.deadline = base::Deadline::after(std::chrono::milliseconds{left + 1000});
    }
    post.headers.add("Content-Type", "application/json");
    post.body = params;
    return send(post, longer);
}

rpc::Result RemoteHost::call(std::string_view service, std::string_view method,
                             std::string_view params, const Wait& wait) {
    using Status = rpc::Result::Status;
    const http::Response response = send_params("call", service, method, params, wait);
    if (response.status == 200)
        return {.json = std::string(result_in(response))};
    const auto failure = failure_in(response);
    if (!failure)
        throw error_in(response);
    // A service's own failure can have the same status, and then the same code.
    if (failure->code == rpc::code::server_error && response.status == 502)
        return {.status = Status::nobody};
    if (failure->code == rpc::code::server_error && response.status == 504)
        return {.status = Status::timed_out};
    return {.status = Status::refused, .failure = *failure};
}

std::int64_t RemoteHost::notify(std::string_view service, std::string_view method,
                                std::string_view params, const Wait& wait) {
    const http::Response response = send_params("notify", service, method, params, wait);
    if (response.status == 502 && failure_in(response))
        return 0;
    if (response.status != 200)
        throw error_in(response);
    return number_in(response.body, "result");
}

std::vector<Image> RemoteHost::images(const Wait& wait) {
    const std::string items = result_of(request("GET", "/v1/list_images"), wait);
    std::vector<Image> images;
    for (codec::JsonElements item{items}; item.next();)
        images.push_back({codec::find_text(item.value(), "name").value_or(""),
                          codec::find_text(item.value(), "id").value_or(""),
                          number_in(item.value(), "created_ms"),
                          static_cast<std::uint64_t>(number_in(item.value(), "bytes"))});
    return images;
}

std::vector<Usage> RemoteHost::usage(const Wait& wait) {
    const std::string items = result_of(request("GET", "/v1/usage"), wait);
    std::vector<Usage> all;
    for (codec::JsonElements item{items}; item.next();) {
        const std::string cpu = codec::find_text(item.value(), "cpu_percent").value_or("0");
        Usage& usage = all.emplace_back();
        usage.of = {codec::find_text(item.value(), "name").value_or(""),
                    codec::parse_double(cpu).value_or(0),
                    static_cast<std::uint64_t>(number_in(item.value(), "memory_bytes")),
                    static_cast<std::uint64_t>(number_in(item.value(), "memory_limit"))};
        if (codec::find(item.value(), "calls").value_or("null") != "null")
            usage.calls = static_cast<std::uint64_t>(number_in(item.value(), "calls"));
    }
    return all;
}

std::vector<runtime::Instance> RemoteHost::prune(bool stopped, const Wait& wait) {
    const std::string items =
        result_of(request("POST", stopped ? "/v1/prune?stopped=1" : "/v1/prune"), wait);
    std::vector<runtime::Instance> removed;
    for (codec::JsonElements item{items}; item.next();)
        removed.push_back(
            parse_instance(codec::find_text(item.value(), "name").value_or(""),
                           codec::find(item.value(), "instance").value_or(std::string_view{})));
    return removed;
}

} // namespace host
