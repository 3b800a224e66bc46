#include "registry/answers.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "codec/json_writer.hpp"

#include <utility>

namespace registry {

using rpc::Failure;

Outcome invalid_params(std::string_view why) {
    std::string data;
    codec::JsonWriter{data}.value(why);
    return {{}, Failure::of(rpc::code::invalid_params, std::move(data))};
}

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

namespace {

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

} // namespace

std::string places(const std::vector<Known>& found) {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_array();
    for (const Known& known : found)
        append_place(json, known);
    json.end_array();
    return text;
}

std::string listed(const std::vector<Known>& found) {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_array();
    for (const Known& known : found) {
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
    return text;
}

std::string listed(const std::deque<Incident>& incidents) {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_array();
    for (const Incident& incident : incidents) {
        json.begin_object();
        json.member("kind", name_of(incident.kind));
        json.member("peer", incident.peer);
        for (const auto& [key, value] : {std::pair{"address", &incident.address},
                                         {"name", &incident.name},
                                         {"before", &incident.before}})
            if (!value->empty())
                json.member(key, *value);
        json.member("times", incident.times);
        json.member("last", base::rfc3339(incident.last_ms));
        json.end_object();
    }
    json.end_array();
    return text;
}

std::string figures(const Stats& stats, std::size_t watches) {
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
    json.member("watches", watches);
    json.member("stale_ms", stats.stale_for.count());
    json.end_object();
    return text;
}

} // namespace registry
