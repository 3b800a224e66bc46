#include "tools/bandctl/service_view.hpp"

#include "base/clock.hpp"
#include "base/duration.hpp"
#include "codec/json_writer.hpp"
#include "runtime/state_word.hpp"

#include <algorithm>
#include <chrono>

namespace bandctl {

using host::Service;
using runtime::Instance;
using runtime::State;

namespace {

bool is_up(const Instance& instance) {
    return instance.started_ms > 0 &&
           (instance.state == State::running || instance.state == State::paused);
}

/// The state in a word, and why where it is not as it should be.
std::string state_text(const Service& service) {
    if (!service.instance)
        return service.answers ? "answers" : "absent";
    const Instance& instance = *service.instance;
    std::string text{runtime::state_word(instance.state)};
    if (instance.state != State::running && !instance.detail.empty())
        text += ", " + instance.detail;
    else if (instance.restarts > 0)
        text += ", " + std::to_string(instance.restarts) + " restarts";
    return text;
}

std::string port_text(const runtime::PortBinding& port) {
    std::string text;
    if (!port.host_address.empty() && port.host_address != "0.0.0.0")
        text = port.host_address + ":";
    text += std::to_string(port.host_port);
    if (port.service_port != port.host_port)
        text += "->" + std::to_string(port.service_port);
    return text;
}

void append_instance(codec::JsonWriter& json, const Instance& instance, std::int64_t now_ms) {
    json.member("runtime", instance.runtime);
    json.member("id", instance.id);
    json.member("run_id", instance.run_id);
    json.member("state", runtime::state_word(instance.state));
    json.member("detail", instance.detail);
    json.key("exit_code");
    instance.exit_code ? json.value(*instance.exit_code) : json.null();
    json.key("started");
    instance.started_ms > 0 ? json.value(base::rfc3339(instance.started_ms)) : json.null();
    json.key("uptime_ms");
    is_up(instance) ? json.value(std::max<std::int64_t>(now_ms - instance.started_ms, 0))
                    : json.null();
    json.member("restarts", instance.restarts);
    json.key("ports");
    json.begin_array();
    for (const runtime::PortBinding& port : instance.ports) {
        json.begin_object();
        json.member("host_address", port.host_address);
        json.member("host_port", port.host_port);
        json.member("service_port", port.service_port);
        json.end_object();
    }
    json.end_array();
    json.member("image", instance.image);
}

} // namespace

std::array<std::string, 7> service_cells(const Service& service, std::int64_t now_ms) {
    std::array<std::string, 7> cells{service.name, "-", state_text(service), "-", "-", "-", "-"};
    std::string methods;
    for (const host::Method& method : service.methods)
        methods += (methods.empty() ? "" : ",") + method.name;
    if (!methods.empty())
        cells[5] = std::move(methods);
    if (!service.instance)
        return cells;
    const Instance& instance = *service.instance;
    cells[1] = instance.runtime;
    if (is_up(instance))
        cells[3] = base::rough_duration(std::chrono::milliseconds{now_ms - instance.started_ms});
    std::string ports;
    for (const runtime::PortBinding& port : instance.ports)
        ports += (ports.empty() ? "" : ",") + port_text(port);
    if (!ports.empty())
        cells[4] = std::move(ports);
    cells[6] = instance.image;
    return cells;
}

std::string service_json(const Service& service, std::int64_t now_ms) {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_object();
    json.member("name", service.name);
    json.member("answers", service.answers);
    json.key("methods");
    json.begin_array();
    for (const host::Method& method : service.methods) {
        json.begin_object();
        json.member("name", method.name);
        json.member("role", method.role);
        json.end_object();
    }
    json.end_array();
    if (service.instance)
        append_instance(json, *service.instance, now_ms);
    else
        json.member("state", service.answers ? "answers" : "absent");
    json.end_object();
    return text;
}

} // namespace bandctl
