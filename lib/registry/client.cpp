#include "registry/client.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "codec/json_cursor.hpp"
#include "codec/json_path.hpp"
#include "codec/json_writer.hpp"
#include "codec/parse_error.hpp"
#include "rpc/json_rpc.hpp"

#include <charconv>

namespace registry {

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view subject = "the registry";

/// The API's path, off the end of the URL where it stands there.
std::string take_target(http::Endpoint& endpoint) {
    for (const std::string_view target : {"/api", "/rpc"})
        if (endpoint.prefix.ends_with(target)) {
            endpoint.prefix.resize(endpoint.prefix.size() - target.size());
            return std::string{target};
        }
    return "/rpc";
}

std::string params_of(const Instance& instance) {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_object();
    json.member("name", instance.name);
    if (instance.url.empty()) {
        json.member("host", instance.host);
        json.member("port", instance.port);
    } else {
        json.member("url", instance.url);
    }
    json.end_object();
    return text;
}

[[noreturn]] void speaks_nonsense(std::string why) {
    throw Error(ErrorKind::protocol, std::string{subject}, std::move(why),
                "does SERVREG_URL lead to a registry?");
}

Instance instance_of(std::string_view json) {
    Instance instance;
    if (json.starts_with('"')) {
        instance.url = codec::plain_text(json);
        return instance;
    }
    instance.host = codec::find_text(json, "host").value_or("");
    const std::string port = codec::find_text(json, "port").value_or("");
    const auto [end, error] =
        std::from_chars(port.data(), port.data() + port.size(), instance.port);
    if (instance.host.empty() || error != std::errc{} || end != port.data() + port.size())
        speaks_nonsense("it locates a service at " + base::quoted(json));
    return instance;
}

/// Hands over each element of the list that the answer is.
template <class Take> void each_of(std::string_view json, Take take) {
    codec::JsonCursor cursor{json};
    if (!cursor.take('['))
        speaks_nonsense("it answers with something other than a list");
    do {
        const auto element = cursor.value();
        if (!element.empty())
            take(element);
    } while (cursor.take(','));
}

std::vector<Instance> instances_of(std::string_view json) {
    std::vector<Instance> instances;
    each_of(json, [&](std::string_view element) { instances.push_back(instance_of(element)); });
    return instances;
}

/// What the answer says that is no result.
[[noreturn]] void throw_failure(const http::Response& response, const rpc::Failure& failure) {
    if (response.status == 401 || response.status == 403)
        throw Error(ErrorKind::no_permission, std::string{subject},
                    base::printable_start(failure.message, 200), "--token-file names the token");
    std::string why = failure.message;
    if (!failure.data.empty())
        why += ": " + codec::plain_text(failure.data);
    throw Error(response.status == 503 ? ErrorKind::unavailable : ErrorKind::no,
                std::string{subject}, base::printable_start(why, 300));
}

std::string result_of(const http::Response& response) {
    rpc::Document document;
    try {
        document = rpc::parse(response.body);
    } catch (const codec::ParseError&) {
        document = {}; // told by the status alone
    }
    const auto* const answer =
        document.items.size() == 1 ? std::get_if<rpc::Response>(&document.items.front()) : nullptr;
    if (answer == nullptr) {
        const std::string why = "it answers with status " + std::to_string(response.status);
        if (response.status == 401 || response.status == 403)
            throw Error(ErrorKind::no_permission, std::string{subject}, why,
                        "--token-file names the token");
        if (response.status == 503)
            throw Error(ErrorKind::unavailable, std::string{subject}, why);
        speaks_nonsense(why + " and no JSON-RPC");
    }
    if (answer->is_error())
        throw_failure(response, answer->error);
    return std::string{answer->result};
}

} // namespace

Client::Client(std::string_view url, std::string token, int stop_fd)
    : Client(http::Endpoint::parse(url), std::move(token), stop_fd) {}

Client::Client(http::Endpoint endpoint, std::string token, int stop_fd)
    : target_(take_target(endpoint)), token_(std::move(token)),
      http_(std::move(endpoint), stop_fd) {}

std::string Client::call(std::string_view method, const std::string& params,
                         base::Deadline deadline) {
    http::Request request{
        .method = "POST", .target = target_, .headers = {}, .body = {}, .peer = {}};
    request.headers.add("Content-Type", "application/json");
    if (!token_.empty())
        request.headers.add("Authorization", "Bearer " + token_);
    rpc::append_request(request.body, method, params, "1");
    return result_of(http_.send(request, deadline));
}

void Client::ping(const Instance& instance, base::Deadline deadline) {
    call("ping", params_of(instance), deadline);
}

bool Client::deregister(const Instance& instance, base::Deadline deadline) {
    return call("deregister", params_of(instance), deadline) == "true";
}

std::vector<Instance> Client::locate(std::string_view pattern, base::Deadline deadline) {
    std::string params;
    codec::JsonWriter json{params};
    json.begin_object();
    json.member("name", pattern);
    json.end_object();
    return instances_of(call("locate_service", params, deadline));
}

std::vector<std::string> Client::names(base::Deadline deadline) {
    std::vector<std::string> names;
    each_of(call("list_services", R"({"limit":10000})", deadline), [&](std::string_view element) {
        auto name = codec::find_text(element, "name").value_or("");
        if (names.empty() || names.back() != name)
            names.push_back(std::move(name));
    });
    return names;
}

Client::Watched Client::watch(std::string_view pattern, std::string_view version,
                              std::chrono::seconds wait, base::Deadline deadline) {
    std::string params;
    codec::JsonWriter json{params};
    json.begin_object();
    json.member("name", pattern);
    if (!version.empty())
        json.member("version", version);
    json.member("timeout", wait.count());
    json.end_object();
    const std::string result = call("watch", params, deadline);
    return {instances_of(codec::find(result, "instances").value_or("")),
            codec::find_text(result, "version").value_or("")};
}

} // namespace registry
