#include "registry/methods.hpp"

#include "base/error.hpp"
#include "codec/json_writer.hpp"
#include "registry/answers.hpp"
#include "registry/glob.hpp"
#include "rpc/parameters.hpp"

#include <algorithm>
#include <utility>

namespace registry {

namespace {

constexpr std::int64_t most_listed = 10'000;
constexpr std::int64_t default_listed = 1'000;
constexpr std::int64_t longest_wait_s = 300;
constexpr std::int64_t default_wait_s = 30;

/// A number that may be left out. Throws Error(data).
std::int64_t number_or(const rpc::Parameters& given, std::string_view name, std::int64_t fallback,
                       std::int64_t most) {
    if (!given.given(name) || given.json(name) == "null")
        return fallback;
    const auto number = given.integer(name);
    if (!number || *number < 0 || *number > most)
        throw base::Error(base::ErrorKind::data, std::string{name},
                          "is no number from 0 to " + std::to_string(most));
    return *number;
}

/// Throws Error(data).
std::string text_of(const rpc::Parameters& given, std::string_view name) {
    auto text = given.text(name);
    if (!text)
        throw base::Error(base::ErrorKind::data, std::string{name},
                          given.given(name) ? "is no text" : "is missing");
    return *std::move(text);
}

std::string pattern_of(const rpc::Parameters& given, bool needed) {
    if (!needed && (!given.given("name") || given.json("name") == "null"))
        return "*";
    std::string pattern = text_of(given, "name");
    if (pattern.empty() || pattern.size() > longest_name)
        throw base::Error(base::ErrorKind::data, "name",
                          pattern.empty() ? "is empty" : "has more than 255 bytes");
    return pattern;
}

} // namespace

Methods::Methods(loop::EventLoop& loop, Registry& registry, Options options)
    : registry_(registry), options_(std::move(options)), waits_(loop, registry),
      incidents_(options_.tell) {}

Methods::~Methods() = default;

Methods::Cancel Methods::call(const Method& method, std::string_view params,
                              const std::string& peer, Reply reply) {
    const rpc::Parameters given{params, method.parameters};
    if (!given.fault().empty()) {
        reply(invalid_params(given.fault()));
        return {};
    }
    try {
        if (method.name == "ping")
            ping(given, peer, reply);
        else if (method.name == "deregister")
            deregister(given, reply);
        else if (method.name == "watch")
            return watch(given, std::move(reply));
        else if (method.name == "locate_service")
            reply(locate(given));
        else if (method.name == "list_services")
            reply(list(given));
        else if (method.name == "list_incidents")
            reply({listed(incidents_.recent()), {}});
        else if (method.name == "stats")
            reply(stats());
        else
            reply(specs());
    } catch (const base::Error&) {
        reply(failure_of(std::current_exception()));
    }
    return {};
}

// --- changes ------------------------------------------------------------------------------------

/// Throws Error(data) for what is missing or of the wrong type; `check` looks at the rest.
Instance Methods::instance_of(const rpc::Parameters& given) {
    Instance instance{.name = text_of(given, "name")};
    const bool has_url = given.given("url") && given.json("url") != "null";
    const bool has_port = given.given("port") && given.json("port") != "null";
    // By position a URL stands where others have the host.
    const auto second = given.text("host");
    if (has_url || (!has_port && second && second->find("://") != std::string::npos)) {
        instance.url = has_url ? text_of(given, "url") : *second;
        return instance;
    }
    instance.host = text_of(given, "host");
    const auto port = given.integer("port");
    if (!port || *port < 1 || *port > 65535)
        throw base::Error(base::ErrorKind::data, "port",
                          has_port ? "is not from 1 to 65535" : "is missing");
    instance.port = static_cast<std::uint16_t>(*port);
    return instance;
}

bool Methods::allowed(const Instance& instance) const {
    const auto fits = [&](const std::string& pattern) {
        return Glob{pattern}.matches(instance.url);
    };
    return instance.url.empty() || options_.allowed_urls.empty() ||
           std::ranges::any_of(options_.allowed_urls, fits);
}

/// Notes it when a place that is alive is to have another name.
bool Methods::may_rename(const Instance& instance, const std::string& peer) {
    const auto known = registry_.find(instance.address());
    if (!known || !known->alive || known->name == instance.name)
        return true;
    incidents_.note({.kind = options_.claim ? Incident::Kind::refused : Incident::Kind::renamed,
                     .peer = peer,
                     .address = instance.address(),
                     .name = instance.name,
                     .before = std::string{known->name}});
    return !options_.claim;
}

void Methods::ping(const rpc::Parameters& given, const std::string& peer, const Reply& reply) {
    Instance instance = instance_of(given);
    check(instance);
    if (!allowed(instance)) {
        incidents_.note({.kind = Incident::Kind::not_allowed,
                         .peer = peer,
                         .address = instance.address(),
                         .name = instance.name});
        return reply(invalid_params("url is not one that may be registered"));
    }
    if (!may_rename(instance, peer))
        return reply(invalid_params("the place has another name as long as that is alive"));
    registry_.ping(std::move(instance), [reply](const std::exception_ptr& error) {
        reply(error ? failure_of(error) : Outcome{"true", {}});
    });
}

void Methods::deregister(const rpc::Parameters& given, const Reply& reply) {
    const Instance instance = instance_of(given);
    check(instance);
    // Somebody else may have the place by now, under a name of its own.
    if (const auto known = registry_.find(instance.address());
        known && known->name != instance.name) {
        reply({"false", {}});
        return;
    }
    registry_.deregister(instance, [reply](bool known, const std::exception_ptr& error) {
        reply(error ? failure_of(error) : Outcome{known ? "true" : "false", {}});
    });
}

// --- questions ----------------------------------------------------------------------------------

Outcome Methods::locate(const rpc::Parameters& given) {
    return {places(registry_.locate(pattern_of(given, true))), {}};
}

Outcome Methods::list(const rpc::Parameters& given) {
    const std::string pattern = pattern_of(given, false);
    const auto offset = number_or(given, "offset", 0, INT32_MAX);
    const auto limit = number_or(given, "limit", default_listed, most_listed);
    return {listed(registry_.list(pattern, static_cast<std::size_t>(offset),
                                  static_cast<std::size_t>(limit))),
            {}};
}

Outcome Methods::stats() const {
    return {figures(registry_.stats(), waits_.size()), {}};
}

/// The members and the name are those of the original (WIRE.md section 5).
Outcome Methods::specs() const {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_object();
    json.member("host", options_.host);
    json.member("port", options_.port);
    json.member("name", "service.registry");
    json.member("max_parallel_blocking_tasks", 2);
    json.key("methods");
    json.begin_object();
    for (const Method& method : methods())
        json.member(method.name, method.help);
    json.end_object();
    json.end_object();
    return {std::move(text), {}};
}

Methods::Cancel Methods::watch(const rpc::Parameters& given, Reply reply) {
    std::string pattern = pattern_of(given, true);
    std::string version;
    if (given.given("version") && given.json("version") != "null")
        version = text_of(given, "version");
    const auto seconds = number_or(given, "timeout", default_wait_s, longest_wait_s);
    return waits_.add(std::move(pattern), std::move(version), std::chrono::seconds{seconds},
                      std::move(reply));
}

} // namespace registry
