#include "registry/methods.hpp"

#include "base/error.hpp"
#include "codec/json_writer.hpp"
#include "registry/watch.hpp"
#include "rpc/parameters.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace registry {

namespace {

using namespace std::chrono_literals;
using rpc::Failure;

constexpr std::array<std::string_view, 4> place_parameters{"name", "host", "port", "url"};
constexpr std::array<std::string_view, 1> locate_parameters{"name"};
constexpr std::array<std::string_view, 3> list_parameters{"name", "offset", "limit"};
constexpr std::array<std::string_view, 3> watch_parameters{"name", "version", "timeout"};

using Kind = Method::Kind;
constexpr std::array<Method, 7> table{{
    {"ping", Kind::write, place_parameters,
     "Registers a service, or renews it: name, host and port, or name and url"},
    {"locate_service", Kind::read, locate_parameters,
     "Where the services are whose name matches, of those that live"},
    {"get_service_specs", Kind::read, {}, "Who this is and which methods there are"},
    {"deregister", Kind::write, place_parameters,
     "Forgets a service: name, host and port, or name and url"},
    {"list_services", Kind::read, list_parameters,
     "All services whose name matches, with the times of their pings"},
    {"stats", Kind::read, {}, "Figures of this registry"},
    {"watch", Kind::wait, watch_parameters,
     "Waits until the answer of locate_service is not that of this version"},
}};

constexpr std::int64_t most_listed = 10'000;
constexpr std::int64_t default_listed = 1'000;
constexpr std::int64_t longest_wait_s = 300;
constexpr std::int64_t default_wait_s = 30;
/// Waits are ended together, so that many of them do not wake us one by one.
constexpr std::chrono::milliseconds wait_grain{100};

Outcome invalid_params(std::string_view why) {
    std::string data;
    codec::JsonWriter{data}.value(why);
    return {{}, Failure::of(rpc::code::invalid_params, std::move(data))};
}

/// The answer for a change that was not stored.
Outcome failure_of(const std::exception_ptr& error) {
    std::string data;
    try {
        std::rethrow_exception(error);
    } catch (const base::Error& reason) {
        if (reason.kind() == base::ErrorKind::data)
            return invalid_params(reason.subject() + " " + reason.why());
        codec::JsonWriter{data}.value(reason.why());
    } catch (const std::exception&) {
        codec::JsonWriter{data}.value("unknown reason"); // texts of libraries may hold secrets
    }
    return {{}, {rpc::code::server_error, "registry storage unavailable", std::move(data)}};
}

/// {"host": …, "port": …}, or the URL by itself, as clients of either kind expect it.
void append_place(codec::JsonWriter& json, const Known& known) {
    if (!known.url.empty()) {
        json.value(known.url);
        return;
    }
    json.begin_object();
    json.member("host", known.host);
    json.member("port", known.port);
    json.end_object();
}

std::string places(const std::vector<Known>& found) {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_array();
    for (const Known& known : found)
        append_place(json, known);
    json.end_array();
    return text;
}

/// Names one answer: two that differ have, but for a chance of 2^-64, another version. FNV-1a.
std::string version_of(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    constexpr std::string_view digits = "0123456789abcdef";
    std::string version;
    for (int shift = 60; shift >= 0; shift -= 4)
        version += digits[(hash >> shift) & 15];
    return version;
}

struct WatchAnswer {
    std::string version;
    Outcome outcome;
};

WatchAnswer answer_to(const std::vector<Known>& found) {
    const std::string instances = places(found);
    WatchAnswer answer{version_of(instances), {}};
    codec::JsonWriter json{answer.outcome.result};
    json.begin_object();
    json.key("instances");
    json.raw(instances);
    json.member("version", answer.version);
    json.end_object();
    return answer;
}

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

std::span<const Method> methods() noexcept {
    return table;
}

const Method* find_method(std::string_view name) noexcept {
    const auto found = std::ranges::find(table, name, &Method::name);
    return found == table.end() ? nullptr : &*found;
}

Methods::Methods(loop::EventLoop& loop, Registry& registry, Options options)
    : registry_(registry), options_(std::move(options)), timer_(loop, [this] { on_time(); }) {}

Methods::~Methods() = default;

Methods::Cancel Methods::call(const Method& method, std::string_view params, Reply reply) {
    const rpc::Parameters given{params, method.parameters};
    if (!given.fault().empty()) {
        reply(invalid_params(given.fault()));
        return {};
    }
    try {
        if (method.name == "ping")
            ping(given, reply);
        else if (method.name == "deregister")
            deregister(given, reply);
        else if (method.name == "watch")
            return watch(given, std::move(reply));
        else if (method.name == "locate_service")
            reply(locate(given));
        else if (method.name == "list_services")
            reply(list(given));
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
Instance Methods::instance_of(const rpc::Parameters& given) const {
    Instance instance{.name = text_of(given, "name")};
    const bool has_url = given.given("url") && given.json("url") != "null";
    const bool has_port = given.given("port") && given.json("port") != "null";
    // By position a URL stands where others have the host.
    const auto second = given.text("host");
    if (has_url || (!has_port && second && second->find("://") != std::string::npos)) {
        instance.url = has_url ? text_of(given, "url") : *second;
        const auto fits = [&](const std::string& pattern) {
            return Glob{pattern}.matches(instance.url);
        };
        if (!options_.allowed_urls.empty() && std::ranges::none_of(options_.allowed_urls, fits))
            throw base::Error(base::ErrorKind::data, "url", "is not one that may be registered");
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

void Methods::ping(const rpc::Parameters& given, const Reply& reply) {
    Instance instance = instance_of(given);
    if (options_.claim) {
        const auto known = registry_.find(instance.address());
        if (known && known->alive && known->name != instance.name) {
            reply(invalid_params("the place has another name as long as that is alive"));
            return;
        }
    }
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
    std::string text;
    codec::JsonWriter json{text};
    json.begin_array();
    for (const Known& known : registry_.list(pattern, static_cast<std::size_t>(offset),
                                             static_cast<std::size_t>(limit))) {
        json.begin_object();
        json.member("name", known.name);
        if (known.url.empty()) {
            json.member("host", known.host);
            json.member("port", known.port);
        } else {
            json.member("url", known.url);
        }
        json.member("alive", known.alive);
        json.member("first_seen", base::rfc3339(known.first_seen_ms));
        json.member("last_seen", base::rfc3339(known.last_seen_ms));
        json.end_object();
    }
    json.end_array();
    return {std::move(text), {}};
}

Outcome Methods::stats() const {
    const Stats stats = registry_.stats();
    std::string text;
    codec::JsonWriter json{text};
    json.begin_object();
    json.member("services", stats.services);
    json.member("instances", stats.instances);
    json.member("alive", stats.alive);
    json.member("pings", stats.pings);
    json.member("locates", stats.locates);
    json.member("commits", stats.commits);
    json.member("failed", stats.failed);
    json.member("waiting", stats.waiting);
    json.member("watches", waits_.size());
    json.member("stale_ms", stats.stale_for.count());
    json.end_object();
    return {std::move(text), {}};
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
    for (const Method& method : table)
        json.member(method.name, method.help);
    json.end_object();
    json.end_object();
    return {std::move(text), {}};
}

// --- waiting ------------------------------------------------------------------------------------

Methods::Cancel Methods::watch(const rpc::Parameters& given, Reply reply) {
    std::string pattern = pattern_of(given, true);
    std::string version;
    if (given.given("version") && given.json("version") != "null")
        version = text_of(given, "version");
    const auto seconds = number_or(given, "timeout", default_wait_s, longest_wait_s);
    auto now = answer_to(registry_.locate(pattern));
    if (now.version != version || seconds == 0) {
        reply(std::move(now.outcome));
        return {};
    }
    const auto wait = waits_.insert(
        waits_.end(), Wait{.pattern = std::move(pattern),
                           .version = std::move(version),
                           .until = base::SteadyClock::now() + std::chrono::seconds{seconds},
                           .reply = std::move(reply),
                           .watch = nullptr});
    wait->watch = registry_.watch(wait->pattern, [this, wait] { on_change(wait); });
    wake_by(wait->until);
    return [this, wait] { waits_.erase(wait); };
}

/// The watch tells of changes that may have been undone since.
void Methods::on_change(std::list<Wait>::iterator wait) {
    if (!wait->reply)
        return;
    auto now = answer_to(registry_.locate(wait->pattern));
    if (now.version != wait->version)
        finish(wait, std::move(now.outcome));
}

void Methods::finish(std::list<Wait>::iterator wait, Outcome outcome) {
    done_.splice(done_.end(), waits_, wait);
    wake_by(base::SteadyClock::now());
    const Reply reply = std::exchange(wait->reply, nullptr);
    reply(std::move(outcome));
}

void Methods::on_time() {
    done_.clear();
    next_ = base::SteadyClock::time_point::max();
    const auto now = base::SteadyClock::now();
    for (auto next = waits_.begin(); next != waits_.end();) {
        const auto wait = next++;
        if (wait->until <= now)
            finish(wait, answer_to(registry_.locate(wait->pattern)).outcome);
        else
            wake_by(wait->until);
    }
}

void Methods::wake_by(base::SteadyClock::time_point time) {
    if (timer_.scheduled() && next_ <= time)
        return;
    next_ = time;
    const auto left =
        std::chrono::duration_cast<std::chrono::microseconds>(time - base::SteadyClock::now());
    timer_.schedule(std::max<std::chrono::microseconds>(left, wait_grain));
}

void Methods::end_waits() {
    for (Wait& wait : waits_)
        wait.until = base::SteadyClock::time_point::min();
    on_time();
}

} // namespace registry
