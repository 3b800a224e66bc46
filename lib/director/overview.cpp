#include "director/overview.hpp"

#include "base/clock.hpp"
#include "base/id.hpp"
#include "codec/json_members.hpp"
#include "codec/json_path.hpp"
#include "codec/json_writer.hpp"
#include "host/service_json.hpp"
#include "runtime/state_word.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace director {

namespace {

// What a service says of itself does not replace what we know of it.
constexpr std::array<std::string_view, 11> our_members{
    "name",     "init",    "methods",   "short_id", "status", "ports",
    "instance", "answers", "operation", "trouble",  "wanted",
};

std::string_view short_id(const runtime::Instance& instance) {
    return std::string_view(instance.id).substr(0, 12);
}

} // namespace

Overview::Overview(const Registrations& registrations, const Inventory& inventory,
                   const Operations& operations, const Supervisor& supervisor,
                   const WantedServices& wanted)
    : registrations_(registrations), inventory_(inventory), operations_(operations),
      supervisor_(supervisor), wanted_(wanted) {}

std::vector<std::string> Overview::names() const {
    std::set<std::string> names;
    for (const auto& [name, registration] : registrations_.all())
        names.insert(name);
    for (const auto& [name, instance] : inventory_.instances())
        names.insert(name);
    names.merge(operations_.services());
    names.insert(wanted_.names().begin(), wanted_.names().end());
    return {names.begin(), names.end()};
}

bool Overview::runs_here(std::string_view service) const {
    return inventory_.find(service) != nullptr;
}

std::string Overview::list() const {
    std::string json;
    codec::JsonWriter out{json};
    out.begin_array();
    for (const std::string& name : names())
        append_item(out, name, true);
    out.end_array();
    return json;
}

void Overview::append_item(codec::JsonWriter& out, std::string_view service, bool whole) const {
    const Registration* const registration = registrations_.find(service);
    out.begin_object();
    out.member("name", service);
    if (registration != nullptr) {
        append_registration(out, *registration, whole);
    } else {
        out.key("methods");
        out.raw("[]");
    }
    if (const runtime::Instance* const instance = inventory_.find(service)) {
        out.member("short_id", short_id(*instance));
        out.member("status", runtime::state_word(instance->state));
        out.key("ports");
        out.begin_array();
        for (const runtime::PortBinding& port : instance->ports)
            out.value(port.host_port);
        out.end_array();
        out.key("instance");
        host::append_instance(out, *instance);
    }
    append_ours(out, service);
    out.end_object();
}

void Overview::append_registration(codec::JsonWriter& out, const Registration& registration,
                                   bool whole) const {
    out.member("init", registration.since_ms);
    out.key("methods");
    out.begin_array();
    for (const rpc::ExposedMethod& method : registration.status().methods) {
        out.begin_array();
        out.value(std::string_view(method.name));
        out.value(std::string_view(method.role));
        out.end_array();
    }
    out.end_array();
    if (!whole) {
        out.member("app_started", registration.status().started_ms);
        return;
    }
    for (codec::JsonMembers members{registration.status().raw}; members.next();) {
        if (std::ranges::find(our_members, members.key()) != our_members.end())
            continue;
        out.key(members.key());
        out.raw(members.value());
    }
}

void Overview::append_ours(codec::JsonWriter& out, std::string_view service) const {
    const Registration* const registration = registrations_.find(service);
    out.member("answers", registration != nullptr && registration->answers);
    out.member("wanted", wanted_.names().contains(service));
    if (const auto operation = operations_.current(service); !operation.empty())
        out.member("operation", operation);
    if (const auto trouble = supervisor_.trouble(service); !trouble.empty())
        out.member("trouble", trouble);
}

std::string Overview::ls() const {
    std::string json;
    codec::JsonWriter out{json};
    out.begin_object();
    for (const std::string& name : names()) {
        out.key(name);
        if (const runtime::Instance* const instance = inventory_.find(name))
            out.value(runtime::state_word(instance->state));
        else
            out.null();
    }
    out.end_object();
    return json;
}

std::string Overview::states() const {
    std::string json;
    codec::JsonWriter out{json};
    out.begin_array();
    for (const std::string& name : names())
        append_state(out, name);
    out.end_array();
    return json;
}

std::string Overview::state(std::string_view service) const {
    std::string json;
    codec::JsonWriter out{json};
    append_state(out, service);
    return json;
}

void Overview::append_state(codec::JsonWriter& out, std::string_view service) const {
    const runtime::Instance* const instance = inventory_.find(service);
    const Registration* const registration = registrations_.find(service);
    const std::string_view configuration = wanted_.configuration(service);
    const auto member = [&](std::string_view name, std::string_view fallback) {
        out.key(name);
        out.raw(codec::find(configuration, name).value_or(fallback));
    };
    const std::string_view operation = operations_.current(service);
    const bool running = instance != nullptr && instance->state == runtime::State::running;
    out.begin_object();
    out.member("name", service);
    out.member("uptime", running ? base::unix_ms() - instance->started_ms : 0);
    out.member("state", operation == "run" || operation == "start" ? "starting"
                        : !operation.empty()                       ? operation
                        : instance != nullptr     ? runtime::state_word(instance->state)
                        : registration != nullptr ? "running"
                                                  : "stopped");
    member("title", "null");
    out.member("inband", instance != nullptr ? "native" : "");
    member("pos", R"({"col":0,"row":0})");
    out.key("sla");
    out.null();
    out.key("mem");
    out.null();
    out.key("cpu");
    out.null();
    out.key("stat");
    out.null();
    out.key("meta");
    out.begin_object();
    out.member("native", true);
    out.member("managed", instance != nullptr);
    out.member("protected", false);
    out.member("persistent", wanted_.names().contains(service));
    out.end_object();
    out.end_object();
}

std::string Overview::page(bool redis_up) const {
    std::string json;
    codec::JsonWriter out{json};
    out.begin_object();
    out.member("host", std::string_view(base::host_name()));
    out.key("redis");
    out.begin_object();
    out.member("up", redis_up);
    out.end_object();
    out.key("runtimes");
    out.begin_array();
    for (const RuntimeState& runtime : inventory_.runtimes()) {
        if (!runtime.expected)
            continue;
        out.begin_object();
        out.member("name", std::string_view(runtime.name));
        out.member("up", runtime.up);
        out.member("why", std::string_view(runtime.why));
        out.member("since_ms", runtime.since_ms);
        out.end_object();
    }
    out.end_array();
    out.key("folders");
    out.begin_array();
    for (const std::string& folder : inventory_.folders())
        out.value(std::string_view(folder));
    out.end_array();
    out.key("services");
    out.begin_array();
    for (const std::string& name : names())
        append_item(out, name, false);
    out.end_array();
    out.end_object();
    return json;
}

} // namespace director
