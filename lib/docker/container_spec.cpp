#include "codec/json_writer.hpp"
#include "docker/container_json.hpp"

namespace docker {

namespace {

using codec::JsonWriter;

void texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& values) {
    if (values.empty())
        return;
    json.key(name);
    json.begin_array();
    for (const std::string& value : values)
        json.value(value);
    json.end_array();
}

void text(JsonWriter& json, std::string_view name, const std::string& value) {
    if (!value.empty())
        json.member(name, value);
}

std::string port_name(const Port& port) {
    return std::to_string(port.container_port) + '/' + port.protocol;
}

void exposed_ports(JsonWriter& json, const ContainerSpec& spec) {
    json.key("ExposedPorts");
    json.begin_object();
    for (const Port& port : spec.ports) {
        json.key(port_name(port));
        json.begin_object();
        json.end_object();
    }
    json.end_object();
}

void port_bindings(JsonWriter& json, const ContainerSpec& spec) {
    json.key("PortBindings");
    json.begin_object();
    for (const Port& port : spec.ports) {
        if (port.host_port == 0)
            continue;
        json.key(port_name(port));
        json.begin_array();
        json.begin_object();
        json.member("HostIp", port.host_address);
        json.member("HostPort", std::to_string(port.host_port));
        json.end_object();
        json.end_array();
    }
    json.end_object();
}

void host_config(JsonWriter& json, const ContainerSpec& spec) {
    json.begin_object();
    port_bindings(json, spec);
    text(json, "NetworkMode", spec.network);
    texts(json, "ExtraHosts", spec.extra_hosts);
    if (!spec.restart_policy.empty()) {
        json.key("RestartPolicy");
        json.begin_object();
        json.member("Name", spec.restart_policy);
        json.end_object();
    }
    if (spec.memory_bytes != 0)
        json.member("Memory", spec.memory_bytes);
    if (spec.pids != 0)
        json.member("PidsLimit", spec.pids);
    if (spec.drop_capabilities)
        texts(json, "CapDrop", {"ALL"});
    texts(json, "CapAdd", spec.capabilities);
    if (spec.no_new_privileges)
        texts(json, "SecurityOpt", {"no-new-privileges:true"});
    json.end_object();
}

} // namespace

std::string json_from(const ContainerSpec& spec) {
    std::string out;
    JsonWriter json{out};
    json.begin_object();
    json.member("Image", spec.image);
    text(json, "Hostname", spec.hostname);
    texts(json, "Cmd", spec.command);
    texts(json, "Env", spec.environment);
    json.key("Labels");
    json.begin_object();
    for (const auto& [name, value] : spec.labels)
        json.member(name, value);
    json.end_object();
    text(json, "StopSignal", spec.stop_signal);
    exposed_ports(json, spec);
    json.key("HostConfig");
    host_config(json, spec);
    json.end_object();
    return out;
}

} // namespace docker
